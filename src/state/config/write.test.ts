import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { resolvePaths, type StatePaths } from '../paths.ts';
import { loadConfig } from './load.ts';
import {
  type ConfigWrite,
  getConfigValue,
  mergePatchConfig,
  replaceConfigText,
  setConfigValue,
  unsetConfigValue,
} from './write.ts';

function freshPaths(t: TestContext, text?: string): StatePaths {
  const home = fs.mkdtempSync(join(tmpdir(), 'state-config-'));
  t.after(() => fs.rmSync(home, { recursive: true, force: true }));
  const paths = resolvePaths({ HOME: home });
  if (text !== undefined) {
    fs.mkdirSync(paths.stateDir, { recursive: true });
    fs.writeFileSync(paths.config, text);
  }
  return paths;
}

function refusedWith(write: ConfigWrite): [reason: string, message: string] | undefined {
  return write.kind === 'refused' ? [write.reason, write.message] : undefined;
}

test('sets a value in a file that is not there yet, mode 0600 in a 0700 directory whatever the umask', (t) => {
  const paths = freshPaths(t);
  const former = process.umask(0);
  t.after(() => process.umask(former));
  const write = setConfigValue(paths, 'gateway.port', 19000);
  assert.equal(write.kind === 'written' && write.changed, true);
  assert.equal(fs.readFileSync(paths.config, 'utf8'), '{\n  "gateway": {\n    "port": 19000\n  }\n}\n');
  assert.equal(fs.statSync(paths.config).mode & 0o777, 0o600);
  assert.equal(fs.statSync(paths.stateDir).mode & 0o777, 0o700);
});

test('keeps comments and keys it does not know', (t) => {
  const text = '// mine\n{ agents: {x: 1}, zebra: [1], gateway: {port: 1 /* p */} }\n';
  const paths = freshPaths(t, text);
  setConfigValue(paths, 'gateway.port', 2);
  assert.equal(fs.readFileSync(paths.config, 'utf8'), text.replace('port: 1', 'port: 2'));
});

test('does not touch the file when it says so already', (t) => {
  const paths = freshPaths(t, '{gateway: {port: 5000}}');
  const { ino, mtimeMs } = fs.statSync(paths.config);
  const write = setConfigValue(paths, 'gateway.port', 5000);
  assert.equal(write.kind === 'written' && write.changed, false);
  assert.deepEqual([fs.statSync(paths.config).ino, fs.statSync(paths.config).mtimeMs], [ino, mtimeMs]);
  assert.equal(fs.existsSync(`${paths.config}.bak`), false);
});

test('keeps the last five texts as private backups', (t) => {
  const paths = freshPaths(t, '{gateway: {port: 1}}');
  for (let port = 2; port <= 8; port += 1) setConfigValue(paths, 'gateway.port', port);
  const backups = ['.bak', '.bak.1', '.bak.2', '.bak.3', '.bak.4'].map((end) => paths.config + end);
  assert.deepEqual(
    backups.map((path) => fs.readFileSync(path, 'utf8')),
    [7, 6, 5, 4, 3].map((port) => `{gateway: {port: ${port}}}`),
  );
  assert.deepEqual(
    backups.map((path) => fs.statSync(path).mode & 0o777),
    Array(5).fill(0o600),
  );
  assert.equal(fs.existsSync(`${paths.config}.bak.5`), false);
});

test('rewrites what a link points to and leaves the link', (t) => {
  const paths = freshPaths(t, '{}');
  const real = join(paths.home, 'dotfiles.json');
  fs.renameSync(paths.config, real);
  fs.symlinkSync(real, paths.config);
  setConfigValue(paths, 'gateway.port', 7000);
  assert.equal(fs.lstatSync(paths.config).isSymbolicLink(), true);
  assert.match(fs.readFileSync(real, 'utf8'), /7000/);
});

const refusedSets: { path: string; value: unknown; refused: [string, string] }[] = [
  {
    path: 'gateway.port',
    value: 'high',
    refused: [
      'invalid',
      'Config validation failed: gateway.port: must be a whole number from 1 to 65535, not "high"',
    ],
  },
  {
    path: 'gateway.reload.debounceMs',
    value: -1,
    refused: [
      'invalid',
      'Config validation failed: gateway.reload.debounceMs: must be a whole number from 0 to 60000, not -1',
    ],
  },
  {
    path: 'gateway.prot',
    value: 1,
    refused: [
      'unknown-key',
      'Config validation failed: gateway.prot: Unrecognized key; did you mean gateway.port?',
    ],
  },
  {
    path: 'gatway.port',
    value: 1,
    refused: [
      'unknown-key',
      'Config validation failed: gatway.port: Unrecognized key; did you mean gateway.port?',
    ],
  },
  {
    path: 'foo.bar',
    value: 1,
    refused: [
      'unknown-key',
      'Config validation failed: foo.bar: Unrecognized key; `clawdbot config schema` lists all of them',
    ],
  },
  {
    path: 'system.execApprovals.defaults.security',
    value: 'full',
    refused: [
      'unknown-key',
      'Config validation failed: system.execApprovals.defaults.security: exec approvals live in exec-approvals.json, not in the config',
    ],
  },
  {
    path: 'gateway.token',
    value: 'x',
    refused: [
      'unknown-key',
      'Config validation failed: gateway.token: retired; the setting is gateway.auth.token',
    ],
  },
  {
    path: 'gateway.auth.token',
    value: '********',
    refused: [
      'mask',
      'cannot save the config: gateway.auth.token holds a mask, not a value; leave it out to keep the secret',
    ],
  },
  {
    path: 'gateway.bind',
    value: 'custom',
    refused: [
      'invalid',
      'Config validation failed: gateway.bind: gateway.bind "custom" needs gateway.customBindHost, the address to listen on',
    ],
  },
];

for (const { path, value, refused } of refusedSets) {
  test(`refuses to set ${path} to ${JSON.stringify(value)} and leaves the file alone`, (t) => {
    const paths = freshPaths(t, '{gateway: {auth: {token: "0123456789"}}}');
    const write = setConfigValue(paths, path, value);
    assert.deepEqual(refusedWith(write), refused);
    assert.equal(fs.readFileSync(paths.config, 'utf8'), '{gateway: {auth: {token: "0123456789"}}}');
  });
}

test('an unknown key is kept when the caller insists, and sections of the real program need no insisting', (t) => {
  const paths = freshPaths(t);
  assert.equal(setConfigValue(paths, 'foo.bar', 1, { unknownKeys: 'keep' }).kind, 'written');
  assert.equal(setConfigValue(paths, 'agents.defaults.model', 'x').kind, 'written');
  assert.deepEqual(loadConfig(paths, {}).parsed, { foo: { bar: 1 }, agents: { defaults: { model: 'x' } } });
});

test('an old fault elsewhere does not stop an edit, and the fault itself can be repaired', (t) => {
  const paths = freshPaths(t, '{gateway: {port: "bad", prot: 1}}');
  assert.equal(setConfigValue(paths, 'logging.level', 'debug').kind, 'written');
  assert.equal(setConfigValue(paths, 'gateway.port', 18790).kind, 'written');
  assert.equal(unsetConfigValue(paths, 'gateway.prot').kind, 'written');
  assert.equal(loadConfig(paths, {}).valid, true);
});

test('unset takes a key out, or says that it is not there', (t) => {
  const paths = freshPaths(t, '{a: 1, gateway: {port: 1}}');
  assert.equal(unsetConfigValue(paths, 'gateway.port').kind, 'written');
  assert.equal(fs.readFileSync(paths.config, 'utf8'), '{a: 1, gateway: {}}');
  assert.deepEqual(refusedWith(unsetConfigValue(paths, 'gateway.port')), [
    'not-found',
    'Config path not found: gateway.port',
  ]);
});

test('reads the value as written, not the default', (t) => {
  const paths = freshPaths(t, '{gateway: {trustedProxies: ["10.0.0.1"]}}');
  const loaded = loadConfig(paths, {});
  assert.equal(getConfigValue(loaded, 'gateway.trustedProxies[0]'), '10.0.0.1');
  assert.equal(getConfigValue(loaded, 'gateway.port'), undefined);
  assert.equal(getConfigValue(loaded, 'constructor'), undefined);
});

test('config.set and config.patch want the hash when there is a file, with the texts of the real gateway', (t) => {
  const paths = freshPaths(t, '{gateway: {port: 1}}');
  const required = ['base-hash-required', 'config base hash required; re-run config.get and retry'];
  const changed = ['changed', 'config changed since last load; re-run config.get and retry'];
  assert.deepEqual(refusedWith(replaceConfigText(paths, '{}')), required);
  assert.deepEqual(refusedWith(mergePatchConfig(paths, '{}')), required);
  assert.deepEqual(refusedWith(replaceConfigText(paths, '{}', { baseHash: 'old' })), changed);
  assert.deepEqual(refusedWith(mergePatchConfig(paths, '{}', { baseHash: 'old' })), changed);
  assert.deepEqual(refusedWith(setConfigValue(paths, 'gateway.port', 2, { baseHash: 'old' })), changed);
});

test('config.set takes the text as it is, unknown keys and all, unless it is invalid', (t) => {
  const paths = freshPaths(t);
  const text = '// new\n{zebra: 1, gateway: {port: 2}}';
  assert.equal(replaceConfigText(paths, text).kind, 'written');
  assert.equal(fs.readFileSync(paths.config, 'utf8'), text);
  const baseHash = loadConfig(paths, {}).hash;
  const bad = replaceConfigText(paths, '{gateway: {port: 0}}', { baseHash });
  assert.deepEqual(refusedWith(bad), ['invalid', 'invalid config']);
  assert.deepEqual(bad.kind === 'refused' && bad.issues.map(({ path }) => path), ['gateway.port']);
  const syntax = replaceConfigText(paths, '{gateway', { baseHash });
  assert.equal(syntax.kind === 'refused' && syntax.reason, 'syntax');
});

test('config.patch merges, keeps comments, removes with null', (t) => {
  const paths = freshPaths(t, '{\n  // port\n  gateway: {port: 1, bind: "lan"},\n}\n');
  const { hash } = loadConfig(paths, {});
  const write = mergePatchConfig(paths, '{gateway: {bind: null, mode: "local"}}', { baseHash: hash });
  assert.equal(write.kind, 'written');
  assert.equal(
    fs.readFileSync(paths.config, 'utf8'),
    '{\n  // port\n  gateway: {port: 1, mode: "local"},\n}\n',
  );
});

test('config.patch refuses what is no object, and a config that is broken already', (t) => {
  const paths = freshPaths(t, '{gateway: {port: 0}}');
  const { hash } = loadConfig(paths, {});
  assert.deepEqual(refusedWith(mergePatchConfig(paths, '[1]', { baseHash: hash })), [
    'not-an-object',
    'config.patch raw must be an object',
  ]);
  assert.deepEqual(refusedWith(mergePatchConfig(paths, '{}', { baseHash: hash })), [
    'invalid',
    'invalid config; fix before patching',
  ]);
});

test('refuses a text that drops most of the settings unless the caller says so', (t) => {
  const many = JSON.stringify({
    agents: Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`k${n}`, n])),
  });
  const paths = freshPaths(t, many);
  const baseHash = loadConfig(paths, {}).hash;
  assert.deepEqual(refusedWith(replaceConfigText(paths, '{}', { baseHash })), [
    'loss',
    'cannot save the config: only 0 of its 20 settings would remain',
  ]);
  assert.equal(replaceConfigText(paths, '{}', { baseHash, loss: 'allow' }).kind, 'written');
});

for (const mask of [
  '***',
  '••••••',
  '[redacted]',
  '__OPENCLAW_REDACTED__',
  '<hidden>',
  'sk-…',
  '[secret 48]',
]) {
  test(`${mask === 'sk-…' ? 'accepts' : 'takes for a mask:'} ${mask}`, (t) => {
    const paths = freshPaths(t, '{gateway: {auth: {password: "0123456789"}}}');
    const write = mergePatchConfig(paths, JSON.stringify({ gateway: { auth: { password: mask } } }), {
      baseHash: loadConfig(paths, {}).hash,
    });
    assert.equal(write.kind === 'refused' ? write.reason : 'written', mask === 'sk-…' ? 'written' : 'mask');
  });
}

test('an editor that writes between reading and renaming wins', (t) => {
  const paths = freshPaths(t, '{gateway: {port: 1}}');
  const env = new Proxy(
    {},
    {
      // the environment is consulted while the new text is being checked: the moment another program saves
      get: () => {
        fs.writeFileSync(paths.config, '{gateway: {port: 9}}');
        return undefined;
      },
    },
  );
  const write = setConfigValue(paths, 'gateway.auth.token', '${ANY}', { env });
  assert.deepEqual(refusedWith(write), [
    'changed',
    'config changed since last load; re-run config.get and retry',
  ]);
  assert.equal(fs.readFileSync(paths.config, 'utf8'), '{gateway: {port: 9}}');
});

test('a file with bad syntax is never rewritten', (t) => {
  const paths = freshPaths(t, '{gateway: {port: 1');
  assert.throws(() => setConfigValue(paths, 'gateway.port', 2), {
    code: 'config/invalid',
    message: /^cannot edit .* at line 1/,
  });
  assert.equal(fs.readFileSync(paths.config, 'utf8'), '{gateway: {port: 1');
});
