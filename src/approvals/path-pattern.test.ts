import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { matchesPath } from './path-pattern.ts';

const HOME = '/home/u';

const TABLE: readonly (readonly [pattern: string, path: string, matches: boolean])[] = [
  ['/usr/bin/uname', '/usr/bin/uname', true],
  ['/usr/bin/unam?', '/usr/bin/uname', true],
  ['/usr/bin/*', '/usr/bin/uname', true],
  ['/usr/**', '/usr/bin/uname', true],
  ['/usr/**/uname', '/usr/bin/uname', true],
  ['/**/uname', '/usr/bin/uname', true],
  ['~/bin/*', '/home/u/bin/tool', true],
  ['/opt/a*b*c', '/opt/aXbYc', true],
  ['/opt/?', '/opt/😀', true],
  ['/usr/*', '/usr/bin/uname', false],
  ['/usr/bin?uname', '/usr/bin/uname', false],
  ['/USR/BIN/UNAME', '/usr/bin/uname', false],
  ['/usr/bin/a.b', '/usr/bin/aXb', false],
  ['/usr/bin/[u]name', '/usr/bin/uname', false],
  ['/usr/bin', '/usr/bin/uname', false],
  ['/usr/bin/uname', '/usr/bin/uname2', false],
  [' /usr/bin/uname', '/usr/bin/uname', false],
  ['uname', '/usr/bin/uname', false],
  ['**/uname', '/usr/bin/uname', false],
  ['*', '/usr/bin/uname', false],
  ['', '/usr/bin/uname', false],
  ['~other/x', '/home/u/x', false],
  ['bin/*', '/bin/x', false],
];

for (const [pattern, path, matches] of TABLE) {
  test(`${JSON.stringify(pattern)} ${matches ? 'covers' : 'does not cover'} ${path}`, () => {
    assert.equal(matchesPath(pattern, path, HOME), matches);
  });
}

test('a pattern without wildcards covers exactly the path that is spelt like it', () => {
  const path = fc
    .string({ unit: 'grapheme', maxLength: 30 })
    .map((text) => `/${text.replaceAll(/[*?\0]/g, '')}`);
  fc.assert(fc.property(path, path, (one, other) => matchesPath(one, other, HOME) === (one === other)));
});

test('a pattern made of wildcards takes no time on a long path', () => {
  const started = process.hrtime.bigint();
  assert.equal(matchesPath(`/${'*a'.repeat(200)}`, `/${'a'.repeat(4_000)}b`, HOME), false);
  // A backtracking matcher would need longer than the age of the universe.
  assert.ok(process.hrtime.bigint() - started < 20_000_000_000n);
});
