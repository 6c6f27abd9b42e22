import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsePolicyText, parsePolicyValue, policyHash, renderPolicy } from './policy-text.ts';

test('the hash of no file is that of the empty text', () => {
  assert.equal(policyHash(''), 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
});

test('the example of the reference is valid and survives writing and reading', () => {
  const text = `{
  "version": 1,
  "socket": { "path": "/home/u/.clawdbot/exec-approvals.sock", "token": "x" },
  "defaults": { "security": "allowlist", "ask": "on-miss", "askFallback": "deny", "autoAllowSkills": false },
  "agents": {
    "main": { "allowlist": [{ "id": "1", "pattern": "/usr/bin/uname", "lastUsedAt": 1, "lastUsedCommand": "uname", "lastResolvedPath": "/usr/bin/uname" }] },
    "*": { "allowlist": [{ "pattern": "~/bin/*" }] }
  }
}`;
  const parsed = parsePolicyText(text);
  assert.equal(parsed.kind, 'valid');
  if (parsed.kind !== 'valid') return;
  assert.deepEqual(parsePolicyText(renderPolicy(parsed.file)), {
    ...parsed,
    hash: policyHash(renderPolicy(parsed.file)),
  });
});

const DAMAGED: readonly (readonly [text: string, reason: RegExp, line?: number])[] = [
  ['', /not JSON/, 1],
  ['{"version":1,\n}', /not JSON/, 2],
  ['{"version":2}', /version/],
  [
    '{\n "version": 1,\n "defaults": { "security": "alowlist" }\n}',
    /defaults\.security: this word is not known/,
    3,
  ],
  ['{"version":1,"extra":1}', /extra: this key is not known/],
  [
    '{"version":1,"agents":{"main":{"allowlist":["/usr/bin/uname"]}}}',
    /agents\.main\.allowlist\.0: this has the wrong type/,
  ],
  ['{"version":1,"agents":{"main":{"allowlist":[{"pattern":5}]}}}', /pattern/],
  ['[]', /wrong type/],
  ['null', /wrong type/],
];

for (const [text, reason, line] of DAMAGED) {
  test(`refuses ${JSON.stringify(text)} and says where`, () => {
    const parsed = parsePolicyText(text);
    assert.equal(parsed.kind, 'damaged');
    if (parsed.kind !== 'damaged') return;
    assert.match(parsed.reason, reason);
    if (line !== undefined) assert.equal(parsed.line, line);
  });
}

test('never repeats a value of the file in its reason', () => {
  const parsed = parsePolicyText('{"version":1,"socket":{"token":"s3cret","tokem":"s3cret2"}}');
  assert.equal(parsed.kind, 'damaged');
  assert.doesNotMatch(JSON.stringify(parsed), /s3cret/);
});

test('the legacy scope "default" is joined into main, whose values win', () => {
  const parsed = parsePolicyValue({
    version: 1,
    agents: {
      default: { security: 'full', ask: 'off', allowlist: [{ pattern: '/A' }, { pattern: '/b' }] },
      main: { security: 'deny', allowlist: [{ pattern: '/a' }] },
    },
  });
  assert.deepEqual(parsed.kind === 'valid' && parsed.file.agents, {
    main: { security: 'deny', ask: 'off', allowlist: [{ pattern: '/a' }, { pattern: '/b' }] },
  });
});
