import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decide } from './decide.ts';
import { effectiveSettings } from './effective-settings.ts';
import type { HostFacts } from './host-facts.ts';
import { ELF_START, VirtualFiles } from './virtual-files.ts';

const LISTED = 'uname cat ls grep echo head wc find xargs env git tar sed sort test'.split(' ');
const PRESENT = [...LISTED, 'id', 'dash', 'printf', 'python3', 'sudo'];

const host: HostFacts = {
  platform: 'linux',
  uid: 1000,
  gid: 1000,
  home: '/home/u',
  searchPath: ['/usr/bin'],
  cwd: '/work',
  shell: '/bin/sh',
  environment: {},
};

function decided(rawCommand: string): string {
  const files = new VirtualFiles();
  for (const path of ['/usr', '/usr/bin', '/bin', '/work', '/work/src', '/home', '/home/u'])
    files.directory(path);
  for (const name of PRESENT) files.file(`/usr/bin/${name}`, `${ELF_START} ${name}`, 0o755);
  files.link('/bin/sh', '/usr/bin/dash');
  const allowlist = LISTED.map((name) => ({ pattern: `/usr/bin/${name}` }));
  const settings = effectiveSettings({ version: 1, agents: { main: { ask: 'off', allowlist } } });
  return decide({ rawCommand, cwd: '/work' }, settings, { files, host }).decision;
}

// Over-blocking is a fault too: people switch off what stands in their way (exec-corpus.md, principle 19).
for (const line of [
  'for f in *.txt; do wc -l "$f"; done',
  'cat notes.txt | while read -r line; do echo "$line"; done',
  'find . -type f -exec grep -l x {} +',
  "find . -name '*.txt' -print0 | xargs -0 wc -l",
  'git log --oneline -n 5 | head -3',
  'git diff HEAD~1 -- src/',
  'git show HEAD:src/a.ts | sed -n 1,20p',
  'tar -czf x.tgz notes.txt && ls -l x.tgz',
  "sed -e 's/a/b/' -e '/x/d' notes.txt",
  "grep -rn 'a && b' --include='*.ts' . 2>/dev/null | sort | head",
  'uname || true',
  'set -e; uname; exit 0',
  "cat <<'EOF'\n$(x) `y`\nEOF",
  'x=$(uname); echo "$x"',
  'ls "$(uname)" `uname`',
  'cd src && ls && cd .. && ls',
  'command -v git',
  'export LC_ALL=C; sort notes.txt',
  'LC_ALL=C sort notes.txt',
  'env LC_ALL=C sort notes.txt',
  'ls ~ ~/x',
  'if test -f a; then cat a; else echo none; fi',
  'echo "$HOME" | wc -c',
  '(uname; uname) 2>&1 | wc -l',
  'git show HEAD@{1}',
]) {
  test(`passes: ${JSON.stringify(line)}`, () => assert.equal(decided(line), 'allow'));
}

for (const line of [
  'id',
  'uname | sudo cat',
  'find . -exec id {} +',
  'find . -name x -delete',
  'xargs id',
  'xargs git log',
  'xargs -I{} sed {} f',
  'env -S "id"',
  'env X=1 uname',
  'env -i git status',
  'sort $(uname)',
  'tar -tf "$x"',
  'git -c core.pager=id log',
  'git commit -m x',
  'echo x > f',
  'echo x >> ~/.profile',
  'cat < /etc/passwd',
  'uname $((a[$(id)]))',
  'export PATH=/x; uname',
  'PATH=/x uname',
  'x=uname; $x',
  'eval uname',
  '. ./f',
  'python3 f.py',
  'sh -c uname',
  'uname() { id; }; uname',
  'alias uname=id\nuname',
  'trap id EXIT',
  'cd ../../tmp/x && ./tool',
  'read -r "a[$(id)]"',
  'uname\u00a0-a',
  '\uff55name',
]) {
  test(`does not pass: ${JSON.stringify(line)}`, () => assert.equal(decided(line), 'deny'));
}
