import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { cleanUp } from '../clean-up.ts';
import { privateHome, run } from './driver.ts';
import { startUp } from './up-driver.ts';

test('listeners names the gateway as ours and another program as foreign', async (t) => {
  const up = await startUp(t);
  const ours = JSON.parse((await up.run(['listeners', '--json'])).stdout);
  assert.deepEqual(new Set(ours.map((entry: { class: string }) => entry.class)), new Set(['ours']));

  const server = createServer().listen(0, '127.0.0.1');
  cleanUp(t, () => server.close());
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  assert.ok(address !== null && typeof address === 'object');
  const foreign = await run(t, ['listeners', String(address.port)], { home: privateHome(t) });
  assert.equal(foreign.status, 0);
  assert.match(foreign.stdout, new RegExp(`127\\.0\\.0\\.1:${address.port} +foreign +${process.pid} `));
});

test('nobody on a port is said as it is, and a port that is none is refused', async (t) => {
  const home = privateHome(t);
  assert.equal((await run(t, ['listeners', '1'], { home })).stdout, 'Nobody listens on port 1.\n');
  assert.equal((await run(t, ['listeners', '0'], { home })).status, 1);
});
