import { CLOSE, parseRequest } from '../../protocol/index.ts';
import type { GatewayCore } from '../core.ts';
import { admitDevice, type IssuedAuth } from '../handshake/admit-device.ts';
import { type CheckedConnect, checkConnect } from '../handshake/check-connect.ts';
import { helloOk } from '../handshake/hello.ts';
import type { Refusal } from '../handshake/refusal.ts';
import { dispatch } from '../methods/dispatch.ts';
import { announceResolved } from '../pairing-events.ts';
import type { Connection } from './connection.ts';
import type { ReadyConnection } from './connections.ts';

/**
 * What became of a message: `joined` once per connection, when the handshake succeeds; a promise while tailscaled is
 * asked who the peer is.
 */
export type Received = 'handled' | 'joined' | Promise<void>;

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
  const { upgrade, nonce } = connection;
  const { devices } = core.store;
  const nowMs = core.now();
  const checked = checkConnect(frame, {
    locality: upgrade,
    nonce,
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
  let auth: IssuedAuth | undefined;
  if (checked.device !== undefined) {
    const admission = admitDevice(
      { ...checked, device: checked.device },
      { store: core.store, isLocal: upgrade.isLocal, clientIp: upgrade.clientIp, nowMs },
    );
    if (admission.kind === 'waiting') {
      const { request, isNew } = admission;
      if (isNew) {
        core.connections.broadcast('device.pair.requested', request, { whenSlow: 'skip' });
        const verb = request.role === 'node' ? 'nodes' : 'devices';
        core.log.info(
          `a device asks to be paired as ${request.role}; allow it with: clawdbot ${verb} approve ${request.requestId}`,
          { requestId: request.requestId, deviceId: request.deviceId, displayName: request.displayName },
        );
      }
      return turnAway(core, connection, frame.id, admission.refusal);
    }
    auth = admission.auth;
    if (admission.approved !== undefined) {
      const { deviceId, role, requestId } = admission.approved;
      core.audit({
        actor: 'local',
        action: 'device.approve',
        subject: deviceId,
        detail: { role, requestId },
      });
      announceResolved(core, admission.approved, 'approved');
    }
  }
  const joined = settle(connection, checked, nowMs);
  joined.respond(frame.id, helloOk(core, joined, auth));
  return 'joined';
}

function tailnetUserOf({ upgrade, tailnetUser }: Connection): 'none' | 'unconfirmed' | 'confirmed' {
  if (upgrade.tailnetClaim === undefined || tailnetUser === 'denied') return 'none';
  return tailnetUser === undefined ? 'unconfirmed' : 'confirmed';
}

/** Asks tailscaled who the peer is, then reads the frame again with what it said. */
async function confirmFirst(core: GatewayCore, connection: Connection, text: string): Promise<void> {
  const claim = connection.upgrade.tailnetClaim;
  if (claim === undefined) return;
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
  if (connection.isOpen) shakeHands(core, connection, text);
}

function settle(connection: Connection, checked: CheckedConnect, nowMs: number): ReadyConnection {
  const { params, role, scopes, protocol, device } = checked;
  connection.peer = {
    protocol,
    role,
    scopes,
    client: params.client,
    deviceId: device?.id,
    isLocal: connection.upgrade.isLocal,
    clientIp: connection.upgrade.clientIp,
    connectedAtMs: nowMs,
    surface:
      role === 'node'
        ? {
            caps: params.caps ?? [],
            commands: params.commands ?? [],
            permissions: params.permissions,
            pathEnv: params.pathEnv,
          }
        : undefined,
  };
  // `peer` has just been set, which is all that ReadyConnection adds.
  return connection as ReadyConnection;
}

function turnAway(core: GatewayCore, connection: Connection, id: string, refusal: Refusal): Received {
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
