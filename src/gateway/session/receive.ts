import { CLOSE, parseRequest } from '../../protocol/index.ts';
import type { Surface } from '../../state/index.ts';
import type { GatewayCore } from '../core.ts';
import { admitDevice, type IssuedAuth } from '../handshake/admit-device.ts';
import { checkConnect } from '../handshake/check-connect.ts';
import type { CheckedConnect } from '../handshake/checked-connect.ts';
import { helloOk, LIMITS } from '../handshake/hello.ts';
import { stillWaiting } from '../handshake/pairing-refusal.ts';
import type { Refusal } from '../handshake/refusal.ts';
import { dispatch } from '../methods/dispatch.ts';
import { deviceRequestOnWire } from '../nodes/pairing-rows.ts';
import { settleSurface } from '../nodes/settle-surface.ts';
import { declaredSurface } from '../nodes/surface.ts';
import { announceResolved } from '../pairing-events.ts';
import type { Connection } from './connection.ts';
import type { ReadyConnection } from './connections.ts';
import { join } from './lifecycle.ts';

/**
 * What became of a message: `joined` once per connection, when the handshake succeeds; `held` while people decide; a
 * promise while tailscaled is asked who the peer is.
 */
export type Received = Settled | Promise<Settled>;
type Settled = 'handled' | 'joined' | 'held';

/** Handles one message, before and after the handshake. */
export function receive(core: GatewayCore, connection: Connection, text: string): Received {
  if (connection.isTurnedAway || connection.isConfirming || !connection.isOpen) return 'handled';
  if (!isReady(connection)) return shakeHands(core, connection, text);
  const parsed = parseRequest(text);
  if (parsed.kind === 'request') dispatch({ core, connection }, parsed.frame);
  // Text that is not JSON is ignored without a word, as in the reference (gateway-protocol §2).
  else if (parsed.kind === 'bad-frame') {
    connection.refuse(parsed.replyId, { code: 'INVALID_REQUEST', message: parsed.message });
  }
  return 'handled';
}

export function isReady(connection: Connection): connection is ReadyConnection {
  return connection.peer !== undefined;
}

function shakeHands(core: GatewayCore, connection: Connection, text: string): Received {
  const parsed = parseRequest(text);
  if (parsed.kind !== 'request') {
    if (parsed.kind === 'not-json') connection.close(CLOSE.normal, '');
    else connection.close(CLOSE.policy, 'invalid request frame');
    return 'handled';
  }
  const { frame } = parsed;
  const { devices } = core.store;
  const nowMs = core.now();
  const checked = checkConnect(frame, {
    locality: connection.upgrade,
    nonce: connection.nonce,
    nowMs,
    auth: core.rules.auth,
    allowInsecureControlUi: core.rules.allowInsecureControlUi,
    tailnetUser: tailnetUserOf(connection),
    limit: core.limit,
    devices: {
      isPaired: (deviceId) => devices.get(deviceId) !== undefined,
      acceptsToken: (ask) => devices.checkToken({ ...ask, now: nowMs }) === 'accepted',
    },
  });
  if (checked.kind === 'needs-identity') return confirmFirst(core, connection, text);
  if (checked.kind === 'refused') return turnAway(core, connection, frame.id, checked);
  return admit(core, connection, { id: frame.id, checked, mayWait: true });
}

type Entry = { id: string; checked: CheckedConnect; mayWait: boolean };

/** The rest of a handshake whose peer proved who it is: is it paired, and what of its offer is approved? */
function admit(core: GatewayCore, connection: Connection, entry: Entry): Settled {
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
    if (admission.kind === 'waiting') return wait(core, connection, entry, admission);
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
  const joined = settle(core, connection, checked, approved);
  joined.allowPayload(LIMITS[checked.protocol].maxPayload);
  joined.respond(id, helloOk(core, joined, { method: checked.authMethod, device: auth }));
  return 'joined';
}

function tailnetUserOf({ upgrade, tailnetUser }: Connection): 'none' | 'unconfirmed' | 'confirmed' {
  if (upgrade.tailnetClaim === undefined || tailnetUser === 'denied') return 'none';
  return tailnetUser === undefined ? 'unconfirmed' : 'confirmed';
}

/** Asks tailscaled who the peer is, then reads the frame again with what it said. */
async function confirmFirst(core: GatewayCore, connection: Connection, text: string): Promise<Settled> {
  const claim = connection.upgrade.tailnetClaim;
  if (claim === undefined) return 'handled';
  connection.isConfirming = true;
  const answer = await core.confirmPeer(claim);
  connection.isConfirming = false;
  if (answer.kind === 'confirmed') {
    const { login, device } = answer;
    connection.tailnetUser = { login, device };
    connection.upgrade = { ...connection.upgrade, clientIp: claim.address, hasUntrustedForwarding: false };
    core.log.info(`tailscaled confirms ${login} on ${device}`, { connection: connection.id });
  } else {
    connection.tailnetUser = 'denied';
    core.log.warn(`the identity ${claim.login} of Tailscale Serve does not count: ${answer.reason}`, {
      connection: connection.id,
    });
  }
  return connection.isOpen ? shakeHands(core, connection, text) : 'handled';
}

function wait(
  core: GatewayCore,
  connection: Connection,
  entry: Entry,
  { request, isNew, refusal }: Extract<ReturnType<typeof admitDevice>, { kind: 'waiting' }>,
): Settled {
  const { id, checked } = entry;
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
      // Approved for another role or for less: then it is told what is missing now.
      if (admit(core, connection, { ...entry, mayWait: false }) === 'joined' && isReady(connection))
        join(core, connection);
    },
    turnAway: () => end(stillWaiting(checked.protocol, requestId)),
  };
  if (entry.mayWait && checked.role === 'node' && core.waiting.hold(waiting, core.now())) {
    connection.isTurnedAway = true; // until it is decided, nothing it sends is looked at
    return 'held';
  }
  core.waiting.told(requestId, core.now());
  return turnAway(core, connection, id, refusal);
}

function settle(
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

function turnAway(core: GatewayCore, connection: Connection, id: string, refusal: Refusal): Settled {
  const { error, closeCode, closeReason, delayMs } = refusal;
  connection.isTurnedAway = true;
  const end = () => {
    connection.refuse(id, error);
    connection.close(closeCode, closeReason);
  };
  core.log.info(`connection refused: ${error.message}`, {
    connection: connection.id,
    from: connection.upgrade.clientIp ?? 'untrusted proxy',
  });
  if (delayMs === undefined) end();
  else setTimeout(end, delayMs);
  return 'handled';
}
