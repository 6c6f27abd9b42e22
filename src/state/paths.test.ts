import assert from 'node:assert/strict';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { resolvePaths } from './paths.ts';

test('everything lives under ~/.clawdbot by default', () => {
  const paths = resolvePaths({ HOME: '/home/u' });
  assert.equal(paths.config, '/home/u/.clawdbot/clawdbot.json');
  assert.equal(paths.database, '/home/u/.clawdbot/clawdbot.sqlite');
  assert.equal(paths.deviceIdentity, '/home/u/.clawdbot/identity/device.json');
});

const rows: { env: Record<string, string>; option?: string; stateDir: string; config: string }[] = [
  {
    env: { CLAWDBOT_PROFILE: 'work' },
    stateDir: '/home/u/.clawdbot-work',
    config: '/home/u/.clawdbot-work/clawdbot.json',
  },
  {
    env: { CLAWDBOT_PROFILE: 'work' },
    option: 'dev',
    stateDir: '/home/u/.clawdbot-dev',
    config: '/home/u/.clawdbot-dev/clawdbot.json',
  },
  {
    env: { CLAWDBOT_PROFILE: 'default' },
    stateDir: '/home/u/.clawdbot',
    config: '/home/u/.clawdbot/clawdbot.json',
  },
  { env: { CLAWDBOT_STATE_DIR: '~/x' }, stateDir: '/home/u/x', config: '/home/u/x/clawdbot.json' },
  {
    env: { CLAWDBOT_STATE_DIR: '/s', CLAWDBOT_CONFIG_PATH: '/etc/c.json' },
    stateDir: '/s',
    config: '/etc/c.json',
  },
];

for (const { env, option, stateDir, config } of rows) {
  test(`${JSON.stringify(env)} ${option ?? ''} gives ${stateDir}`, () => {
    const paths = resolvePaths({ HOME: '/home/u', ...env }, option);
    assert.deepEqual([paths.stateDir, paths.config], [stateDir, config]);
    // the key and the approvals stay at home whatever the profile, as in the real program
    assert.equal(paths.deviceIdentity, '/home/u/.clawdbot/identity/device.json');
    assert.equal(paths.execApprovals, '/home/u/.clawdbot/exec-approvals.json');
  });
}

test('a relative state directory is pinned at once', () => {
  assert.equal(resolvePaths({ HOME: '/home/u', CLAWDBOT_STATE_DIR: 'rel' }).stateDir, `${process.cwd()}/rel`);
});

test('a profile name cannot leave the home directory', () => {
  assert.throws(() => resolvePaths({ HOME: '/home/u' }, '../x'), {
    code: 'usage',
    message: /^cannot use the profile "..\/x"/,
  });
});

test('an empty HOME is none: the home of the account holds, never the present directory', (t) => {
  const before = process.env['HOME'];
  t.after(() => {
    if (before === undefined) delete process.env['HOME'];
    else process.env['HOME'] = before;
  });
  process.env['HOME'] = '';
  assert.equal(resolvePaths({ HOME: '' }).stateDir, join(userInfo().homedir, '.clawdbot'));
});
