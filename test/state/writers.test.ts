import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { dirname } from 'node:path';
import { test } from 'node:test';
import { loadConfig, resolvePaths } from '../../src/state/index.ts';
import { startFixture, until } from './children.ts';
import { temporaryPath } from './temporary-path.ts';

test('three writers of one config lose no key of each other', async (t) => {
  const home = dirname(temporaryPath(t, 'x'));
  const paths = resolvePaths({ HOME: home });
  fs.mkdirSync(paths.stateDir);
  fs.writeFileSync(paths.config, '{\n  // shared\n}\n');
  const writers = ['a', 'b', 'c'].map((prefix) => startFixture('adds-config-keys', home, prefix, '25'));
  assert.deepEqual(await Promise.all(writers.map(({ ended }) => ended)), [0, 0, 0]);
  const { parsed, raw } = loadConfig(paths, {});
  const { agents } = parsed as { agents: Record<string, number> };
  assert.equal(Object.keys(agents).length, 75);
  assert.match(raw, /\/\/ shared/);
  t.diagnostic(`conflicts noticed and retried: ${writers.map(({ output }) => output().trim()).join(', ')}`);
});

test('programs that make the identity of a machine at once have the same one', async (t) => {
  const directory = dirname(temporaryPath(t, 'x'));
  const makers = [1, 2, 3, 4].map(() => startFixture('makes-identities', directory, '50'));
  await until('all to be ready', () => makers.every(({ output }) => output() !== ''));
  for (const { child } of makers) child.stdin?.write('go\n');
  assert.deepEqual(await Promise.all(makers.map(({ ended }) => ended)), [0, 0, 0, 0]);
  const [first, ...others] = makers.map(({ output }) => output());
  for (const other of others) assert.equal(other, first);
});
