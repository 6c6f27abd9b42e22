import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { dirname } from 'node:path';
import { type TestContext, test } from 'node:test';
import { loadConfig, openDatabase, resolvePaths } from '../../src/state/index.ts';
import { startFixture, until } from './children.ts';
import { temporaryPath } from './temporary-path.ts';

/** Rounds per test; each is one process killed at a random moment. */
const ROUNDS = Number(process.env['STATE_KILL_ROUNDS'] ?? 15);

/** Lets a fixture acknowledge something, then kills it within the next 100 ms. The complete lines it printed. */
async function killAtRandom(name: string, ...args: string[]): Promise<string[]> {
  const { child, output, ended } = startFixture(name, ...args);
  await until(`${name} to acknowledge`, () => output().includes('\n') || child.exitCode !== null);
  await new Promise((resolve) => setTimeout(resolve, Math.random() * 100));
  child.kill('SIGKILL');
  await ended;
  return output().split('\n').slice(0, -1);
}

function freshHome(t: TestContext): string {
  return dirname(temporaryPath(t, 'x'));
}

test('a config write that was acknowledged is there after kill -9, whole and with its comments', async (t) => {
  const home = freshHome(t);
  const paths = resolvePaths({ HOME: home });
  fs.mkdirSync(paths.stateDir);
  fs.writeFileSync(
    paths.config,
    `{\n  // ${'long comment '.repeat(2_000)}end of comment\n  counter: 0,\n}\n`,
  );
  let next = 1;
  for (let round = 0; round < ROUNDS; round += 1) {
    const lines = await killAtRandom('writes-config-for-ever', home, 'counter', String(next));
    const acknowledged = Number(lines.at(-1));
    const { issues, raw, parsed } = loadConfig(paths, {});
    assert.deepEqual(issues, []);
    assert.match(raw, /end of comment/);
    const { counter } = parsed as { counter: number };
    assert.ok(counter === acknowledged || counter === acknowledged + 1, `${counter} after ${acknowledged}`);
    next = counter + 1;
  }
  t.diagnostic(`${ROUNDS} kills, ${next - 1} acknowledged writes`);
});

test('a pairing that was acknowledged is there after kill -9, and none is half done', async (t) => {
  const path = temporaryPath(t, 'db.sqlite');
  const acknowledged = new Map<string, string>();
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const line of await killAtRandom('pairs-for-ever', path, `r${round}`)) {
      const [deviceId = '', token = ''] = line.split(' ');
      acknowledged.set(deviceId, token);
    }
    const store = openDatabase(path);
    const now = Date.now();
    for (const [deviceId, token] of acknowledged) {
      assert.equal(
        store.devices.checkToken({ deviceId, role: 'node', scopes: [], now, token }),
        'accepted',
        deviceId,
      );
    }
    const paired = store.devices.listPaired();
    const waiting = new Set(store.devices.listPending(now).map(({ deviceId }) => deviceId));
    for (const { deviceId, tokens } of paired) {
      assert.equal(tokens.length, 1);
      assert.equal(waiting.has(deviceId), false);
    }
    // approval and audit entry were one transaction
    const verdict = store.audit.verify();
    assert.deepEqual([verdict.kind, verdict.kind === 'intact' && verdict.rows], ['intact', paired.length]);
    store.close();
  }
  t.diagnostic(`${ROUNDS} kills, ${acknowledged.size} acknowledged pairings`);
});
