import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recogniseService } from './other-services.ts';
import { splitUnitCommand } from './parse-unit-command.ts';

for (const [command, expected] of [
  ['/usr/bin/node /usr/lib/node_modules/openclaw/dist/entry.js gateway --port 18789', 'openclaw gateway'],
  [
    '"/opt/my node/node" "/home/a/.npm-global/lib/node_modules/moltbot/dist/index.js" gateway',
    'moltbot gateway',
  ],
  ['/usr/local/bin/clawdbot node run --host gw', 'clawdbot node'],
  ['-/usr/bin/node /opt/clawdbot/bin/clawdbot.js gateway run', 'clawdbot gateway'],
  ['/bin/tar c /home/a/.clawdbot gateway', undefined],
  ['/usr/bin/restic backup /srv/openclaw gateway', undefined],
  ['/usr/local/bin/clawdbot doctor', undefined],
  ['', undefined],
] as const) {
  test(`takes ${JSON.stringify(command)} for ${expected ?? 'none of ours'}`, () => {
    const found = recogniseService(`[Service]\nExecStart=\nExecStart=${command}\n`);
    assert.equal(found === undefined ? undefined : `${found.product} ${found.kind}`, expected);
  });
}

test('reads the state directory and the account of a unit', () => {
  const found = recogniseService(
    '[Service]\nUser=bot\nEnvironment="HOME=/h" CLAWDBOT_STATE_DIR=/srv/x\nExecStart=/usr/bin/clawdbot gateway\n',
  );
  assert.deepEqual([found?.stateDir, found?.user], ['/srv/x', 'bot']);
});

test('splits a command as systemd does', () => {
  assert.deepEqual(splitUnitCommand('-@"/a b" \'c d\' e\\ f 100%% $$x "" \\\n g'), [
    '/a b',
    'c d',
    'e f',
    '100%',
    '$x',
    '',
    'g',
  ]);
});
