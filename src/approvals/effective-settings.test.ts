import assert from 'node:assert/strict';
import { test } from 'node:test';
import { effectiveSettings } from './effective-settings.ts';
import type { PolicyFile } from './policy-schema.ts';

const P = [{ pattern: '/p' }];

// The table of exec-approvals.md section 2: file, security for main, security for another agent.
const TABLE: readonly (readonly [file: Omit<PolicyFile, 'version'>, main: string, other: string])[] = [
  [{}, 'allowlist', 'allowlist'],
  [{ defaults: { security: 'full' } }, 'full', 'full'],
  [{ defaults: { security: 'full' }, agents: { main: { security: 'allowlist' } } }, 'allowlist', 'full'],
  [{ defaults: { security: 'deny' }, agents: { main: { security: 'full' } } }, 'full', 'deny'],
  [{ agents: { '*': { security: 'full' } } }, 'full', 'full'],
  [{ agents: { '*': { security: 'full' }, main: { security: 'deny' } } }, 'deny', 'full'],
];

for (const [file, main, other] of TABLE) {
  test(`security of ${JSON.stringify(file)}`, () => {
    const of = (agentId?: string) => effectiveSettings({ version: 1, ...file }, { agentId }).security;
    assert.deepEqual([of(), of('main'), of(' '), of('other')], [main, main, main, other]);
  });
}

test('entries of * come first, entries of another agent do not count', () => {
  const file: PolicyFile = {
    version: 1,
    agents: { main: { allowlist: P }, '*': { allowlist: [{ pattern: '/all' }] } },
  };
  const patterns = (agentId?: string) =>
    effectiveSettings(file, { agentId }).rules.map((rule) => rule.pattern);
  assert.deepEqual(patterns(), ['/all', '/p']);
  assert.deepEqual(patterns('other'), ['/all']);
  assert.deepEqual(patterns('*'), ['/all']);
});

test('the configuration of the host is the lowest layer, and every value says where it comes from', () => {
  const file: PolicyFile = { version: 1, defaults: { ask: 'off' } };
  const { security, ask, askFallback, origin } = effectiveSettings(file, {
    base: { security: 'deny', ask: 'always' },
  });
  assert.deepEqual({ security, ask, askFallback }, { security: 'deny', ask: 'off', askFallback: 'deny' });
  assert.deepEqual(origin, {
    security: 'configuration',
    ask: 'defaults',
    askFallback: 'built in',
    autoAllowSkills: 'built in',
  });
});
