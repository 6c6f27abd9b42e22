import type { GatewayCore } from '../core.ts';
import type { admitDevice } from '../handshake/admit-device.ts';
import type { CheckedConnect } from '../handshake/checked-connect.ts';
import { stillWaiting } from '../handshake/pairing-refusal.ts';
import type { Refusal } from '../handshake/refusal.ts';
import { deviceRequestOnWire } from '../nodes/pairing-rows.ts';
import type { Connection } from './connection.ts';
import { turnAway } from './turn-away.ts';

type Waiter = { id: string; checked: CheckedConnect; mayWait: boolean } & Extract<
  ReturnType<typeof admitDevice>,
  { kind: 'waiting' }
>;

/**
 * A device that nobody approved yet: operators are told, and it is refused with what it has to know, or held (`again` is
 * called once they have decided) when it is a node that looks a second time.
 */
export function waitForPeople(
  core: GatewayCore,
  connection: Connection,
  waiter: Waiter,
  again: () => void,
): 'held' | 'handled' {
  const { id, checked, mayWait, request, isNew, refusal } = waiter;
  const { requestId, role } = request;
  if (isNew) {
    core.connections.broadcast('device.pair.requested', deviceRequestOnWire(request), { whenSlow: 'skip' });
    const verb = role === 'node' ? 'nodes' : 'devices';
    core.log.info(
      `a device asks to be paired as ${role}; allow it with: clawdbot ${verb} approve ${requestId}`,
      {
        requestId,
        deviceId: request.deviceId,
        displayName: request.displayName,
      },
    );
  }
  const end = (refused: Pick<Refusal, 'error' | 'closeCode' | 'closeReason'>) => {
    connection.isTurnedAway = true;
    connection.refuse(id, refused.error);
    connection.close(refused.closeCode, refused.closeReason);
  };
  const waiting = {
    connection,
    requestId,
    admit: () => {
      connection.isTurnedAway = false;
      again();
    },
    turnAway: () => end(stillWaiting(checked.protocol, requestId)),
  };
  if (mayWait && checked.role === 'node' && core.waiting.hold(waiting, core.now())) {
    connection.isTurnedAway = true; // until it is decided, nothing it sends is looked at
    return 'held';
  }
  core.waiting.told(requestId, core.now());
  turnAway(core, connection, id, refusal);
  return 'handled';
}
