import { at, isObject, type JsonObject, textAt } from '../../replay/json.ts';
import { type LiveConnection, openLive } from '../../replay/live-connection.ts';

/** An operator on a connection of its own that stays: it watches events and answers approval requests. */
export type Approver = {
  /** The next request that waits for a decision. */
  nextRequest(deadlineMs?: number): Promise<{ id: string; command: string }>;
  decide(id: string, decision: 'allow-once' | 'allow-always' | 'deny'): Promise<unknown>;
  /** Any call, for what no command line offers. @returns the payload @throws with the gateway's error */
  call(method: string, params: JsonObject): Promise<unknown>;
};

/** Connects as administrator: locally, with the shared token and without a device, as a page without one would. */
export async function connectApprover(
  stack: AsyncDisposableStack,
  gateway: { url: string; token: string },
): Promise<Approver> {
  const connection = openLive(gateway.url);
  stack.defer(() => connection.close('by dropping it'));
  await expectFrame(connection, 'the challenge', (frame) => at(frame, 'event') === 'connect.challenge');
  let count = 0;
  const call = async (method: string, params: JsonObject): Promise<unknown> => {
    count += 1;
    const id = `approver-${count}`;
    connection.send({ type: 'req', id, method, params });
    const reply = await expectFrame(connection, `the reply to ${method}`, (frame) => at(frame, 'id') === id);
    if (at(reply, 'ok') !== true) throw new Error(`cannot ${method}: ${JSON.stringify(at(reply, 'error'))}`);
    return at(reply, 'payload');
  };
  await call('connect', {
    minProtocol: 3,
    maxProtocol: 3,
    client: {
      id: 'gateway-client',
      displayName: 'approver',
      version: '1',
      platform: 'linux',
      mode: 'backend',
    },
    role: 'operator',
    scopes: ['operator.admin', 'operator.approvals', 'operator.pairing'],
    auth: { token: gateway.token },
  });
  return {
    call,
    nextRequest: async (deadlineMs = 60_000) => {
      const isRequest = (frame: unknown): boolean => at(frame, 'event') === 'exec.approval.requested';
      const payload = at(
        await expectFrame(connection, 'an approval request', isRequest, deadlineMs),
        'payload',
      );
      return { id: textAt(payload, 'id') ?? '', command: textAt(payload, 'request', 'command') ?? '' };
    },
    decide: (id, decision) => call('exec.approval.resolve', { id, decision }),
  };
}

async function expectFrame(
  connection: LiveConnection,
  what: string,
  fits: (frame: unknown) => boolean,
  deadlineMs = 15_000,
): Promise<JsonObject> {
  const received = await connection.take((item) => item.kind === 'frame' && fits(item.frame), deadlineMs);
  if (received?.kind !== 'frame' || !isObject(received.frame)) throw new Error(`cannot get ${what}`);
  return received.frame;
}
