import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatKeyPath, parseKeyPath } from './key-path.ts';

test('reads dots, positions and quoted keys', () => {
  assert.deepEqual(parseKeyPath('gateway.trustedProxies[0]'), ['gateway', 'trustedProxies', '0']);
  assert.deepEqual(parseKeyPath('a["x.y"].b.0'), ['a', 'x.y', 'b', '0']);
});

test('every path reads back as it was', () => {
  fc.assert(
    fc.property(fc.array(fc.string(), { minLength: 1, maxLength: 4 }), (parts) => {
      assert.deepEqual(parseKeyPath(formatKeyPath(parts)), parts);
    }),
  );
});

for (const path of ['', '.a', 'a..b', 'a.', 'a[', 'a[]', 'a[x]', 'a[0]b', 'a["b]', 'a b.c d[']) {
  test(`refuses ${JSON.stringify(path)}`, () => {
    assert.throws(() => parseKeyPath(path), { code: 'config/path', message: /^cannot read the config path/ });
  });
}
