import assert from 'node:assert/strict';
import { test } from 'node:test';
import { serviceEnvironment, servicePath } from './service-environment.ts';

const base = { unit: 'x.service', kind: 'gateway', version: '1', path: '/usr/bin' } as const;

test('copies what is listed and nothing else, and never the word undefined', () => {
  const shell = {
    CLAWDBOT_STATE_DIR: '/srv/x',
    CLAWDBOT_PROFILE: 'undefined',
    TZ: '',
    NODE_OPTIONS: '--x',
    HTTPS_PROXY: 'http://u:p@h',
    CLAWDBOT_GATEWAY_TOKEN: 'secret',
  };
  const { variables, secretsLeftOut } = serviceEnvironment({ ...base, shell });
  assert.deepEqual(
    variables.map(([name]) => name),
    [
      'PATH',
      'CLAWDBOT_STATE_DIR',
      'CLAWDBOT_SYSTEMD_UNIT',
      'CLAWDBOT_SERVICE_MARKER',
      'CLAWDBOT_SERVICE_KIND',
      'CLAWDBOT_SERVICE_VERSION',
    ],
  );
  assert.ok(!JSON.stringify(variables).includes('secret'));
  assert.deepEqual(secretsLeftOut, ['CLAWDBOT_GATEWAY_TOKEN']);
});

test('PATH holds directories that are there and that nobody else may write to', () => {
  const path = servicePath({
    scope: 'user',
    kind: 'node',
    home: '/home/a',
    inspect: (directory) =>
      directory === '/home/a/bin'
        ? { kind: 'directory', writableByOthers: true }
        : directory.startsWith('/home/a/.cargo')
          ? { kind: 'absent' }
          : { kind: 'directory', writableByOthers: false },
  });
  assert.equal(
    path,
    '/home/a/.local/bin:/home/a/.npm-global/bin:/home/a/.bun/bin:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin',
  );
});
