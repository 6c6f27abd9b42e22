import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OpsError } from '../state/index.ts';
import { parseServices } from './parse-services.ts';

const defaults = { stateDir: '/state', env: { PATH: '/usr/bin' } };

test('a command alone is kept alive in the state directory', () => {
  const [spec] = parseServices({ watcher: { command: ['sleep', '100'] } }, defaults);
  assert.equal(spec?.name, 'watcher');
  assert.deepEqual(spec?.readiness, { kind: 'alive' });
  assert.equal(spec?.claim, undefined);
  assert.equal(spec?.cwd, '/state');
});

test('a port brings the lock, the port check and readiness over HTTP', () => {
  const [spec] = parseServices({ other: { command: ['clawdbot', 'gateway'], port: 18789 } }, defaults);
  assert.deepEqual(spec?.readiness, { kind: 'http', url: 'http://127.0.0.1:18789/' });
  assert.deepEqual(spec?.claim, {
    stateDir: '/state/services/other',
    addresses: ['127.0.0.1'],
    port: 18789,
    onConflict: 'standby',
  });
});

test('a wrong value is named by its path and ends with 78', () => {
  const wrong: readonly [object, RegExp][] = [
    [{ web: { command: [] } }, /supervisor\.services\.web\.command/],
    [{ web: { command: ['x'], port: 70000 } }, /supervisor\.services\.web\.port/],
    [{ web: { command: ['x'], stateDir: 'relative' } }, /supervisor\.services\.web\.stateDir/],
    [{ '../web': { command: ['x'] } }, /supervisor\.services/],
  ];
  for (const [value, path] of wrong) {
    assert.throws(
      () => parseServices(value, defaults),
      (thrown) => thrown instanceof OpsError && thrown.exitClass === 78 && path.test(thrown.message),
    );
  }
});
