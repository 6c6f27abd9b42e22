import { CLOSE, parseRequest } from '../../protocol/index.ts';
import type { GatewayCore } from '../core.ts';
import { checkConnect } from '../handshake/check-connect.ts';
import { dispatch } from '../methods/dispatch.ts';
import { admit, isReady } from './admit.ts';
import type { Connection } from './connection.ts';
import { confirmTailnetUser, tailnetUserOf } from './tailnet-user.ts';
import { turnAway } from './turn-away.ts';

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
  if (checked.kind === 'refused') {
    turnAway(core, connection, frame.id, checked);
    return 'handled';
  }
  return admit(core, connection, { id: frame.id, checked, mayWait: true });
}

/** The frame is read again with what tailscaled said. */
async function confirmFirst(core: GatewayCore, connection: Connection, text: string): Promise<Settled> {
  await confirmTailnetUser(core, connection);
  return connection.isOpen ? shakeHands(core, connection, text) : 'handled';
}
