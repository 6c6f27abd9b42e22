import assert from 'node:assert/strict';
import { test } from 'node:test';
import { selectChecks } from '../diagnose.ts';
import { CHECKS } from './registry.ts';

test('ids are unique and what a check depends on exists', () => {
  const ids = CHECKS.map(({ id }) => id);
  assert.equal(new Set(ids).size, ids.length);
  for (const { id, dependsOn } of CHECKS)
    for (const other of dependsOn) assert.ok(ids.includes(other), `${id} depends on ${other}`);
});

test('no check explains itself through others', () => {
  const above = new Map(CHECKS.map(({ id, dependsOn }) => [id, dependsOn]));
  const walk = (id: string, path: readonly string[]): void => {
    assert.ok(!path.includes(id), [...path, id].join(' > '));
    for (const other of above.get(id) ?? []) walk(other, [...path, id]);
  };
  for (const { id } of CHECKS) walk(id, []);
});

test('a group stands for its checks, a wrong name is refused', () => {
  const chosen = selectChecks(['port', 'lock/split']).map(({ id }) => id);
  assert.ok(
    chosen.includes('lock/split') && chosen.includes('port/foreign') && !chosen.includes('lock/lost'),
  );
  assert.equal(selectChecks([]).length, CHECKS.length);
  assert.throws(() => selectChecks(['por']), { code: 'usage' });
});
