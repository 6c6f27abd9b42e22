import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { canGuard, withParentDeath } from './parent-death.ts';

test('a setpriv is used when it works here, and not when it refuses the option or is not there', (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'parent-death-'));
  t.after(() => rmSync(directory, { recursive: true }));
  const refuses = join(directory, 'setpriv');
  writeFileSync(refuses, '#!/bin/sh\necho "setpriv: unrecognized option \'--pdeathsig\'" >&2\nexit 1\n');
  chmodSync(refuses, 0o700);
  assert.equal(canGuard(refuses), false);
  assert.equal(canGuard(join(directory, 'missing')), false);
  assert.match(withParentDeath('TERM').join(' '), /^(\S+\/setpriv --pdeathsig TERM --)?$/);
});
