import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RequestError } from '../../protocol/index.ts';
import { deliverResult } from './deliver-result.ts';

/** A gateway that answers with these refusals, one for each attempt, and then takes the result. */
function gateway(...refusals: { retryable?: boolean; retryAfterMs?: number }[]) {
  const sent: unknown[] = [];
  const pauses: number[] = [];
  const request = async (method: string, params?: unknown): Promise<unknown> => {
    sent.push([method, params]);
    const refusal = refusals.shift();
    if (refusal !== undefined) throw new RequestError({ code: 'UNAVAILABLE', message: 'no', ...refusal });
    return { ok: true };
  };
  const pause = async (ms: number) => void pauses.push(ms);
  return { connection: { request }, sent, pauses, pause };
}
const RESULT = { id: 'i1', nodeId: 'n1', ok: true };
const again = { retryable: true };

test('a result that is refused for the moment is sent again until it is taken', async () => {
  const { connection, sent, pauses, pause } = gateway(again, { ...again, retryAfterMs: 700 });
  assert.equal(await deliverResult(connection, RESULT, { isOpen: () => true, pause }), true);
  assert.deepEqual(sent, Array(3).fill(['node.invoke.result', RESULT]));
  assert.deepEqual(pauses, [100, 700]);
});

test('a refusal for good is believed at once', async () => {
  const { connection, sent, pause } = gateway({});
  assert.equal(await deliverResult(connection, RESULT, { isOpen: () => true, pause }), false);
  assert.equal(sent.length, 1);
});

test('attempts are bounded', async () => {
  const { connection, sent, pause } = gateway(...Array(9).fill(again));
  assert.equal(await deliverResult(connection, RESULT, { isOpen: () => true, pause }), false);
  assert.equal(sent.length, 5);
});

test('nothing is sent on a connection that ended during a pause', async () => {
  const { connection, sent } = gateway(again);
  let open = true;
  const pause = async () => {
    open = false;
  };
  assert.equal(await deliverResult(connection, RESULT, { isOpen: () => open, pause }), false);
  assert.equal(sent.length, 1);
});
