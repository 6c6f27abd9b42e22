import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Policy, rulesOf, withoutRule, withRule, withSetting } from './policy.ts';

const EMPTY: Policy = { version: 1 };

test('an entry with arguments goes where Clawdbot cannot read it as one without', () => {
  const policy = withRule(withRule(EMPTY, 'main', { pattern: '/a' }), 'main', { pattern: '/b', args: ['x'] });
  assert.deepEqual(policy.agents?.['main'], {
    allowlist: [{ pattern: '/a' }],
    constrained: [{ pattern: '/b', args: ['x'] }],
  });
  assert.equal(withRule(policy, 'main', { pattern: '/b', args: ['x'] }), policy);
  assert.deepEqual(rulesOf(policy, 'main').length, 2);
});

test('removing an entry and changing a word keep what the page does not know', () => {
  const policy: Policy = {
    version: 1,
    socket: { path: '/s' },
    agents: { main: { mystery: 1, allowlist: [{ pattern: '/a', id: 'i', mystery: 2 }, { pattern: '/b' }] } },
  };
  const [, second] = rulesOf(policy, 'main');
  assert.ok(second);
  const changed = withSetting(
    withoutRule(policy, 'main', second),
    { kind: 'agent', name: 'main' },
    'ask',
    'off',
  );
  assert.deepEqual(changed, {
    version: 1,
    socket: { path: '/s' },
    agents: { main: { mystery: 1, ask: 'off', allowlist: [{ pattern: '/a', id: 'i', mystery: 2 }] } },
  });
});
