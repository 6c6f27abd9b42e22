import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventVisible, methodAccess, type Role } from './method-scopes.ts';

const CASES: ReadonlyArray<[Role, readonly string[], string, string | undefined]> = [
  ['operator', ['operator.admin'], 'config.get', undefined],
  ['operator', ['operator.read'], 'node.list', undefined],
  ['operator', ['operator.write'], 'node.list', undefined],
  ['operator', ['operator.read'], 'node.invoke', 'missing scope: operator.write'],
  ['operator', ['operator.read'], 'device.pair.list', 'missing scope: operator.pairing'],
  ['operator', ['operator.read'], 'exec.approval.resolve', 'missing scope: operator.approvals'],
  // The scope is judged before existence, so an unknown name is an admin's business.
  ['operator', ['operator.read'], 'no.such', 'missing scope: operator.admin'],
  ['operator', ['operator.read'], 'channels.status', undefined],
  ['operator', ['operator.admin'], 'node.event', 'unauthorized role: operator'],
  ['node', [], 'node.event', undefined],
  ['node', ['operator.admin'], 'health', 'unauthorized role: node'],
  ['node', [], 'node.runnerInventory.update', 'unknown method: node.runnerInventory.update'],
  ['operator', [], 'toString', 'missing scope: operator.admin'],
];

for (const [role, scopes, method, refusal] of CASES) {
  test(`${role} with [${scopes}] calling ${method}: ${refusal ?? 'allowed'}`, () => {
    const scope = refusal?.startsWith('missing scope: ') ? { scope: refusal.slice(15) } : {};
    assert.deepEqual(
      methodAccess({ role, scopes }, method),
      refusal === undefined ? { allowed: true } : { allowed: false, message: refusal, ...scope },
    );
  });
}

test('pairing and approval events, and who is there, reach only operators with the scope', () => {
  assert.ok(eventVisible({ role: 'operator', scopes: ['operator.pairing'] }, 'device.pair.requested'));
  assert.ok(!eventVisible({ role: 'operator', scopes: ['operator.read'] }, 'exec.approval.requested'));
  assert.ok(!eventVisible({ role: 'node', scopes: ['operator.admin'] }, 'device.pair.requested'));
  assert.ok(eventVisible({ role: 'node', scopes: [] }, 'tick'));
  assert.ok(eventVisible({ role: 'operator', scopes: ['operator.write'] }, 'presence'));
  assert.ok(!eventVisible({ role: 'operator', scopes: ['operator.pairing'] }, 'presence'));
  assert.ok(!eventVisible({ role: 'node', scopes: [] }, 'presence'));
});
