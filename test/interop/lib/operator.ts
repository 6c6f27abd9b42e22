import { setTimeout as delay } from 'node:timers/promises';
import { PATIENCE_MS } from '../../patience.ts';
import { at, isObject, type JsonObject, textAt } from '../../replay/json.ts';
import { type LiveConnection, openLive } from '../../replay/live-connection.ts';
import type { Gateway } from './gateway.ts';

/** An operator on one connection that stays: asks, answers, invokes, in the protocol the gateway speaks. */
export type Operator = {
  /** Number of the hello. */
  protocol: number;
  /** @returns the payload @throws with the gateway's error */
  call(method: string, params: JsonObject, deadlineMs?: number): Promise<unknown>;
  /** The next request that waits for a decision; with `about`, the next whose text holds that word. */
  nextRequest(options?: { deadlineMs?: number; about?: string }): Promise<{ id: string; command: string }>;
  decide(id: string, decision: 'allow-once' | 'allow-always' | 'deny'): Promise<unknown>;
};

/** OpenClaw refuses a call, before it does anything, while it makes changes of its pairings known to its own parts. */
const MOMENTARY = /"UNAVAILABLE".*requires a current worker publication/;

/** Connects as administrator: locally, with the shared token and without a device. */
export async function connectOperator(
  stack: AsyncDisposableStack,
  gateway: Pick<Gateway, 'url' | 'token' | 'software'>,
): Promise<Operator> {
  const connection = openLive(gateway.url);
  stack.defer(() => connection.close('by dropping it'));
  await expectFrame(connection, 'the challenge', (frame) => at(frame, 'event') === 'connect.challenge');
  let count = 0;
  const call = async (method: string, params: JsonObject, deadlineMs?: number): Promise<unknown> => {
    const giveUpAt = performance.now() + PATIENCE_MS;
    for (;;) {
      const reply = await ask(method, params, deadlineMs);
      if (at(reply, 'ok') === true) return at(reply, 'payload');
      const text = JSON.stringify(at(reply, 'error'));
      if (!MOMENTARY.test(text) || performance.now() > giveUpAt) throw new Error(`cannot ${method}: ${text}`);
      await delay(200);
    }
  };
  const ask = async (method: string, params: JsonObject, deadlineMs?: number): Promise<unknown> => {
    count += 1;
    const id = `operator-${count}`;
    connection.send({ type: 'req', id, method, params });
    return expectFrame(connection, `the reply to ${method}`, (frame) => at(frame, 'id') === id, deadlineMs);
  };
  const hello = await call('connect', {
    minProtocol: 3,
    maxProtocol: 4,
    client: { id: 'cli', displayName: 'approver', version: '1', platform: 'linux', mode: 'cli' },
    role: 'operator',
    scopes: ['operator.admin', 'operator.approvals', 'operator.pairing', 'operator.read', 'operator.write'],
    // OpenClaw shows questions to clients that say they can answer them
    caps: ['exec-approvals'],
    auth: { token: gateway.token },
  });
  return {
    protocol: Number(at(hello, 'protocol')),
    call,
    nextRequest: async ({ deadlineMs = PATIENCE_MS, about = '' } = {}) => {
      const isRequest = (frame: unknown): boolean =>
        at(frame, 'event') === 'exec.approval.requested' &&
        (textAt(frame, 'payload', 'request', 'command') ?? '').includes(about);
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
  deadlineMs = PATIENCE_MS,
): Promise<JsonObject> {
  const received = await connection.take((item) => item.kind === 'frame' && fits(item.frame), deadlineMs);
  if (received?.kind !== 'frame' || !isObject(received.frame)) throw new Error(`cannot get ${what}`);
  return received.frame;
}
