import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keepArguments, parseInstalledOptions } from './installed-options.ts';

test('what an earlier install was told is read from its unit', () => {
  const unit =
    '[Service]\nExecStart="/usr/bin/node" "/opt/x/bin/clawdbot.js" "node" "run" "--host" "gw" "--tls" "--display-name" "50%% \\"x\\""\n' +
    'LoadCredential=clawdbot-token:/etc/to%%ken\nEnvironment="TZ=Europe/Berlin"\nEnvironment="PATH=/bin"\n';
  assert.deepEqual(parseInstalledOptions(unit, 'node'), {
    args: ['node', 'run', '--host', 'gw', '--tls', '--display-name', '50% "x"'],
    tokenFile: '/etc/to%ken',
    environment: { TZ: 'Europe/Berlin' },
  });
  assert.deepEqual(parseInstalledOptions('[Service]\nExecStart=/bin/sleep 1\n', 'node'), {
    args: [],
    tokenFile: undefined,
    environment: {},
  });
});

for (const [given, earlier, expected] of [
  [[], ['--host', 'a', '--tls'], ['--host', 'a', '--tls']],
  [
    ['--host', 'b'],
    ['--host', 'a', '--port', '1'],
    ['--port', '1', '--host', 'b'],
  ],
  [['--no-tls'], ['--tls', '--host', 'a'], ['--host', 'a', '--no-tls']],
  [['--display-name', '--tls'], ['--tls'], ['--tls', '--display-name', '--tls']],
] as const) {
  test(`given [${given.join(' ')}] after [${earlier.join(' ')}] the command has [${expected.join(' ')}]`, () => {
    assert.deepEqual(keepArguments(['node', 'run', ...given], ['node', 'run', ...earlier]), [
      'node',
      'run',
      ...expected,
    ]);
  });
}
