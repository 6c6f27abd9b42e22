import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { loadPolicyFile, policySnapshot, replacePolicyFile, settingsOf } from './policy-store.ts';
import { policyHash } from './policy-text.ts';

function policyPath(t: TestContext, text?: string): string {
  const directory = fs.mkdtempSync(join(tmpdir(), 'policy-store-'));
  t.after(() => fs.rmSync(directory, { recursive: true, force: true }));
  const path = join(directory, 'exec-approvals.json');
  if (text !== undefined) fs.writeFileSync(path, text, { mode: 0o600 });
  return path;
}

const VALID =
  '{"version":1,"socket":{"path":"/s","token":"secret"},"agents":{"main":{"allowlist":[{"pattern":"/usr/bin/id"}]}}}';

test('without a file the defaults hold and reading creates nothing', (t) => {
  const path = policyPath(t);
  const loaded = loadPolicyFile(path);
  assert.equal(loaded.kind, 'missing');
  const { security, ask, askFallback, rules } = settingsOf(loaded);
  assert.deepEqual(
    { security, ask, askFallback, rules },
    { security: 'allowlist', ask: 'on-miss', askFallback: 'deny', rules: [] },
  );
  assert.deepEqual(policySnapshot(path), { path, exists: false, hash: policyHash(''), file: { version: 1 } });
  assert.equal(fs.existsSync(path), false);
});

test('a snapshot has no token', (t) => {
  const path = policyPath(t, VALID);
  assert.doesNotMatch(JSON.stringify(policySnapshot(path)), /secret/);
});

for (const [name, spoil] of [
  ['not JSON', (path: string) => fs.writeFileSync(path, '{')],
  [
    'an unknown word',
    (path: string) => fs.writeFileSync(path, '{"version":1,"defaults":{"security":"ful"}}'),
  ],
  ['writable by the group', (path: string) => fs.chmodSync(path, 0o620)],
  ['writable by everybody', (path: string) => fs.chmodSync(path, 0o602)],
  [
    'a symbolic link',
    (path: string) => {
      fs.renameSync(path, `${path}.real`);
      fs.symlinkSync(`${path}.real`, path);
    },
  ],
  [
    'a directory',
    (path: string) => {
      fs.rmSync(path);
      fs.mkdirSync(path);
    },
  ],
] as const) {
  test(`a policy that is ${name} denies everything and stays as it is`, (t) => {
    const path = policyPath(t, VALID);
    spoil(path);
    const before = fs.lstatSync(path);
    const loaded = loadPolicyFile(path);
    assert.equal(loaded.kind, 'damaged');
    const settings = settingsOf(loaded);
    assert.equal(settings.security, 'deny');
    assert.ok(settings.damaged);
    assert.throws(() => policySnapshot(path), { code: 'approvals/damaged' });
    assert.equal(fs.lstatSync(path).mtimeMs, before.mtimeMs);
  });
}

test('a policy that others can read is used, with a warning', (t) => {
  const path = policyPath(t, VALID);
  fs.chmodSync(path, 0o644);
  const loaded = loadPolicyFile(path);
  assert.equal(loaded.kind, 'valid');
  assert.match(loaded.warnings.join(), /0644/);
});

test('storing needs the hash of what is there, in the words of the one who answers', (t) => {
  const path = policyPath(t, VALID);
  const file = { version: 1 };
  const missing = replacePolicyFile(path, { file, speaker: 'gateway' });
  assert.deepEqual(missing, {
    kind: 'refused',
    because: 'hash-missing',
    message: 'exec approvals base hash required; re-run exec.approvals.get and retry',
  });
  const stale = replacePolicyFile(path, { file, baseHash: policyHash('other'), speaker: 'node' });
  assert.deepEqual(stale, {
    kind: 'refused',
    because: 'hash-stale',
    message: 'INVALID_REQUEST: exec approvals changed; reload and retry',
  });
  assert.equal(fs.readFileSync(path, 'utf8'), VALID);
});

test('storing keeps the socket, fills in ids, writes mode 0600 and answers with the new snapshot', (t) => {
  const path = policyPath(t, VALID);
  const outcome = replacePolicyFile(path, {
    file: { version: 1, agents: { '*': { allowlist: [{ pattern: '/usr/bin/id' }] } } },
    baseHash: ` ${policyHash(VALID)} `,
    speaker: 'gateway',
  });
  assert.equal(outcome.kind, 'replaced');
  const text = fs.readFileSync(path, 'utf8');
  const stored = JSON.parse(text);
  assert.equal(stored.socket.token, 'secret');
  assert.match(stored.agents['*'].allowlist[0].id, /^[0-9a-f-]{36}$/);
  assert.equal(fs.statSync(path).mode & 0o777, 0o600);
  assert.equal(outcome.kind === 'replaced' && outcome.snapshot.hash, policyHash(text));
  assert.ok(text.endsWith('}\n'));
});

test('without a file no hash is needed', (t) => {
  const path = policyPath(t);
  assert.equal(replacePolicyFile(path, { file: { version: 1 }, speaker: 'node' }).kind, 'replaced');
});

test('a strange file is refused and nothing is written', (t) => {
  const path = policyPath(t);
  const outcome = replacePolicyFile(path, {
    file: { version: 1, agents: { main: { allowlist: 'all' } } },
    speaker: 'node',
  });
  assert.equal(outcome.kind, 'refused');
  assert.equal(fs.existsSync(path), false);
});

test('replacing a damaged file keeps its text beside it', (t) => {
  const path = policyPath(t, '{"version":1,');
  const outcome = replacePolicyFile(path, {
    file: { version: 1 },
    baseHash: policyHash('{"version":1,'),
    speaker: 'node',
  });
  assert.equal(outcome.kind, 'replaced');
  const kept = fs.readdirSync(join(path, '..')).find((name) => name.includes('damaged'));
  assert.ok(kept);
  assert.equal(fs.readFileSync(join(path, '..', kept), 'utf8'), '{"version":1,');
});
