import assert from 'node:assert/strict';
import { test } from 'node:test';
import { alwaysEntries } from './always.ts';
import { decide } from './decide.ts';
import { effectiveSettings } from './effective-settings.ts';
import { realFileFacts } from './file-facts.ts';
import { readHostFacts } from './host-facts.ts';

const facts = { files: realFileFacts, host: readHostFacts({ PATH: '/usr/bin:/bin', HOME: '/nonexistent' }) };

function always(command: readonly string[]): { stored: string[]; open: number } {
  const decision = decide({ command, cwd: '/' }, effectiveSettings({ version: 1 }), facts);
  const { entries, unstorable } = alwaysEntries(decision);
  return {
    stored: entries.map(({ pattern, args }) => [pattern, ...(args ?? [])].join(' ')),
    open: unstorable.length,
  };
}

for (const [command, stored, open] of [
  [['/usr/bin/uname', '-a'], ['/usr/bin/uname -a'], 0],
  [['/bin/sh', '-c', 'uname | wc -c'], ['/usr/bin/uname'], 0],
  [['/bin/sh', '-c', 'env nice uname'], ['/usr/bin/uname'], 2],
  [['/bin/sh', '-c', 'uname # touch x'], ['/usr/bin/uname'], 0],
  [['/usr/bin/perl', '-e', '1'], [], 1],
  [['/bin/sh', '-c', 'uname $x'], [], 1],
  [['/bin/sh', '-c', 'uname > f'], [], 1],
  [['/bin/sh', './x.sh'], [], 1],
  [['/usr/bin/find', '.', '-exec', 'uname', ';'], ['/usr/bin/uname'], 1],
] as const) {
  test(`"always" for ${JSON.stringify(command)} stores ${JSON.stringify(stored)}`, () => {
    assert.deepEqual(always(command), { stored: [...stored], open });
  });
}
