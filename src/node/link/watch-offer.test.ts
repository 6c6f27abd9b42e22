import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type GatewayConnection, RequestError } from '../../protocol/index.ts';
import { watchOffer } from './watch-offer.ts';

const TEXT =
  'node capability surface is awaiting operator approval; run `openclaw nodes approve 0f0e0d0c-0000-4000-8000-000000000015` (see …)';

function connection(protocol: number, methods: string[], refusal?: string) {
  const asked: string[] = [];
  const fake = {
    hello: { protocol, features: { methods, events: [] } },
    request: async (method: string) => {
      asked.push(method);
      if (refusal !== undefined) throw new RequestError({ code: 'UNAVAILABLE', message: refusal });
    },
  };
  // Only these two parts are used.
  return { fake: fake as unknown as GatewayConnection, asked };
}

const changes: unknown[] = [];
const onChange = (waiting: unknown) => changes.push(waiting);

async function linesOf(run: (log: { info(text: string): void; warn(text: string): void }) => void) {
  const lines: string[] = [];
  run({ info: (text) => lines.push(text), warn: (text) => lines.push(text) });
  await new Promise((resolve) => setImmediate(resolve));
  return lines;
}

test('a foreign gateway that asks twice is explained, with the command that helps, and so is the end of it', async () => {
  const { fake } = connection(4, ['node.list'], TEXT);
  let watch: ReturnType<typeof watchOffer> | undefined;
  const lines = await linesOf((log) => {
    watch = watchOffer(fake, { log, onChange });
    setImmediate(() =>
      watch?.onEvent({ type: 'event', event: 'node.pair.resolved', payload: { decision: 'approved' } }),
    );
  });
  await new Promise((resolve) => setImmediate(resolve));
  assert.match(
    lines[0] ?? '',
    /second approval required.*openclaw nodes approve 0f0e0d0c-0000-4000-8000-000000000015/,
  );
  assert.match(lines[1] ?? '', /commands work now/);
  assert.deepEqual(changes, [{ requestId: '0f0e0d0c-0000-4000-8000-000000000015' }, undefined]);
});

test('ours and protocol 3 are not asked, and another refusal says nothing', async () => {
  for (const { fake, asked } of [connection(4, ['exec.approvals.explain'], TEXT), connection(3, [], TEXT)]) {
    assert.deepEqual(await linesOf((log) => watchOffer(fake, { log, onChange })), []);
    assert.deepEqual(asked, []);
  }
  const { fake } = connection(4, [], 'unknown method: node.runnerInventory.update');
  assert.deepEqual(await linesOf((log) => watchOffer(fake, { log, onChange })), []);
});
