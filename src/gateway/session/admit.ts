import type { Surface } from '../../state/index.ts';
import type { GatewayCore } from '../core.ts';
import { admitDevice, type IssuedAuth } from '../handshake/admit-device.ts';
import type { CheckedConnect } from '../handshake/checked-connect.ts';
import { helloOk, LIMITS } from '../handshake/hello.ts';
import { settleSurface } from '../nodes/settle-surface.ts';
import { declaredSurface } from '../nodes/surface.ts';
import { announceResolved } from '../pairing-events.ts';
import type { Connection } from './connection.ts';
import type { ReadyConnection } from './connections.ts';
import { join } from './lifecycle.ts';
import { waitForPeople } from './wait-for-people.ts';

/** A checked handshake: the id of its request, and whether it may be held while people decide. */
type Entry = { id: string; checked: CheckedConnect; mayWait: boolean };

/**
 * The rest of a handshake whose peer proved who it is: is it paired, and what of its offer is approved?
 * `held` while people decide about it; `handled` when it was refused.
 */
export function admit(
  core: GatewayCore,
  connection: Connection,
  entry: Entry,
): 'joined' | 'held' | 'handled' {
  const { id, checked } = entry;
  const { device, role, params } = checked;
  const declared = role === 'node' ? declaredSurface(params, core.rules.commands) : undefined;
  let auth: IssuedAuth | undefined;
  if (device !== undefined) {
    const { isLocal, clientIp } = connection.upgrade;
    const admission = admitDevice(
      { ...checked, device, surface: declared },
      { store: core.store, isLocal, clientIp, nowMs: core.now() },
    );
    if (admission.kind === 'waiting')
      return waitForPeople(core, connection, { ...entry, ...admission }, () => {
        // Approved for another role or for less: then it is told what is missing now.
        if (admit(core, connection, { ...entry, mayWait: false }) === 'joined' && isReady(connection))
          join(core, connection);
      });
    auth = admission.auth;
    if (admission.approved !== undefined) {
      const { deviceId, requestId } = admission.approved;
      core.audit({
        actor: 'local',
        action: 'device.approve',
        subject: deviceId,
        detail: { role: admission.approved.role, requestId },
      });
      announceResolved(core, admission.approved, 'approved');
    }
  }
  const approved =
    declared === undefined || device === undefined
      ? declared
      : settleSurface(core, { ...checked, device }, declared);
  const joined = becomePeer(core, connection, checked, approved);
  joined.allowPayload(LIMITS[checked.protocol].maxPayload);
  joined.respond(id, helloOk(core, joined, { method: checked.authMethod, device: auth }));
  return 'joined';
}

/** It passed the handshake. */
export function isReady(connection: Connection): connection is ReadyConnection {
  return connection.peer !== undefined;
}

function becomePeer(
  core: GatewayCore,
  connection: Connection,
  checked: CheckedConnect,
  approved: Surface | undefined,
): ReadyConnection {
  const { params, role, scopes, protocol, device } = checked;
  connection.peer = {
    protocol,
    role,
    scopes,
    client: params.client,
    deviceId: device?.id,
    isLocal: connection.upgrade.isLocal,
    clientIp: connection.upgrade.clientIp,
    connectedAtMs: core.now(),
    surface:
      approved === undefined
        ? undefined
        : {
            caps: params.caps ?? [],
            commands: params.commands ?? [],
            permissions: params.permissions,
            pathEnv: params.pathEnv,
            approved,
          },
  };
  // `peer` has just been set, which is all that ReadyConnection adds.
  return connection as ReadyConnection;
}
