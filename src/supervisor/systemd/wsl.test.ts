import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { isWsl } from './wsl.ts';
import { clockJump } from './wsl-notes.ts';

for (const [version, expected] of [
  ['Linux version 5.15.153.1-microsoft-standard-WSL2 (root@941d701f84f1) (gcc 11.2.0) #1 SMP', true],
  ['Linux version 4.4.0-19041-Microsoft (Microsoft@Microsoft.com) (gcc version 5.4.0) #1237', true],
  ['Linux version 6.1.0-28-amd64 (debian-kernel@lists.debian.org) (gcc-12) #1 SMP', false],
] as const) {
  test(`${version.slice(0, 50)} is ${expected ? '' : 'not '}WSL`, () => {
    const directory = mkdtempSync(join(tmpdir(), 'wsl-'));
    writeFileSync(join(directory, 'version'), version);
    assert.equal(isWsl(join(directory, 'version')), expected);
    rmSync(directory, { recursive: true });
  });
}

test('a clock that moved with the time has not jumped; a suspended machine and a clock set back have', () => {
  const since = { wallMs: 1_000_000, monotonicMs: 500 };
  assert.equal(clockJump(since, { wallMs: 1_060_000, monotonicMs: 60_500 }), 0);
  assert.equal(clockJump(since, { wallMs: 8_200_000, monotonicMs: 500 }), 7_200_000);
  assert.equal(clockJump(since, { wallMs: 940_000, monotonicMs: 500 }), -60_000);
});
