import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isPureFilter } from '../safe-programs.ts';
import { parseShell } from '../shell/parse-shell.ts';
import { type WordValue, wordValue } from '../shell/syntax.ts';
import { VirtualFiles } from '../virtual-files.ts';
import { isInertGitConfig } from './git-config.ts';
import { inspectProgram } from './inspect-program.ts';
import { programKind } from './program-kinds.ts';
import { isInertSedScript } from './sed-script.ts';
import { unwrap } from './wrappers.ts';

/** The words of a command line, with what is only known later as a shell would leave it. */
function words(line: string): readonly WordValue[] {
  const parsed = parseShell(line, { home: '/home/u' });
  const command = parsed.kind === 'parsed' ? parsed.script.items[0]?.first.commands[0] : undefined;
  assert.ok(command?.kind === 'simple', line);
  return command.words.map(wordValue);
}

function inspected(line: string): string {
  const [name, ...args] = words(line);
  assert.ok(name?.known);
  return inspectProgram(name.text, args, { cwd: '/', files: new VirtualFiles() }).kind;
}

for (const line of [
  "find . -name '*.txt' -print",
  'find -L /usr -type f -maxdepth 2',
  'find',
  'find . ! -name x',
  'find a*.d -name b',
  'find "./$x" -type f',
  'tar tf a.tar',
  'tar -xzf a.tgz -C out',
  'tar --create --file=a.tar b',
  'tar cvf a.tar b',
  'tar -cf a.tar ./*.txt',
  'sort -u -k 2,2 f',
  'sort --reverse f',
  "sed -n '1,2p' f",
  "sed 's/a|b/c/g; 3d' f",
  "sed -e p -e 's,a,b,2' f",
  'sed -i s/a/b/ f',
  'sed --version',
  'git status --short',
  'git log -1 --format=%h',
  'git diff --stat HEAD~1',
  'git --no-pager show HEAD',
  'git branch -a',
  'git --version',
  'git',
  'rg -n x f',
  'rsync -av a/ b/',
  'docker ps -a',
  'docker compose ps',
  'systemctl status ssh',
  'journalctl -u ssh -n 50',
  'ip addr show',
  'ip -s link',
  'gcc -O2 -Wall -o a a.c -lm',
  'curl -sS https://example.org',
  'tcpdump -ni lo -c 3',
  'less f',
  'split -l 10 f',
]) {
  test(`starts nothing: ${line}`, () => assert.equal(inspected(line), 'inert'));
}

for (const line of [
  'find . -execdir id ;',
  'find . -ok id \\;',
  'find . -fprintf f x',
  'find . -exec id',
  'find . -delete',
  'find . $x',
  'find $x',
  'find . -newthing',
  'find . -exec "$x" \\;',
  'tar -I id -cf a b',
  'tar --use-compress-program=id -cf a b',
  'tar --checkpoint-action=exec=id -cf a b',
  'tar --to-command=id -xf a',
  'tar cIf id a b',
  'tar -cf h:a b',
  'tar -cf a *',
  'tar --check=1 -cf a b',
  'tar -F id -cf a b',
  'tar -T list -cf a',
  'sort --compress-program=id f',
  'sort --comp=id f',
  "sed '1e id' f",
  "sed 's/a/id/e' f",
  "sed 's/a/b/w f' f",
  "sed 'w f' f",
  'sed -f s f',
  "sed '1!{p}' f",
  "sed 's/[/]/x/e;p' f",
  'sed "$x" f',
  "sed -n '/a/e' f",
  "sed 's/a/b/\ne id' f",
  "sed 'y/a/b/e' f",
  "sed 'a\\' -e 'e id' f",
  'git -c alias.x=!id x',
  'git --exec-path=/x status',
  'git commit -m x',
  'git fetch',
  'git diff --ext-diff',
  'git log --format=%G?',
  'git log --output=f',
  'git grep -Oid x',
  'git -C x status',
  'git branch x',
  'git log $x',
  'git log *',
  'git submodule foreach id',
  'git status --no-such',
  'rg --pre id x',
  'rg --pre=id x',
  'rg -z x f',
  'rsync -e id a h:b',
  'rsync a h:b',
  'docker run x',
  'docker -H tcp://x ps',
  'systemctl start x',
  'ip netns exec a id',
  'ip -batch f',
  'gcc -wrapper id a.c',
  'gcc -B/x a.c',
  'gcc @f',
  'gcc -fplugin=x a.c',
  'gcc -specs=x a.c',
  'gcc -Wl,-x a.c',
  'curl -K f',
  'tcpdump -z id -w f',
  'less +!id f',
  'split --filter=id f',
  'zip -T -TT id a b',
  'wget --use-askpass=id x',
  'wget -e x=y z',
  'man -P id ls',
  'gpg --exec-path x',
]) {
  test(`may start something: ${line}`, () => assert.equal(inspected(line.replace(/ ;$/, ' \\;')), 'unread'));
}

test('the command of find -exec is found, with what find adds to it', () => {
  const read = inspectProgram('find', words("find ./src -name '*.c' -exec grep -n x {} + -print").slice(1), {
    cwd: '/',
    files: new VirtualFiles(),
  });
  assert.ok(read.kind === 'carries');
  assert.deepEqual(read.commands[0]?.args, [
    { known: true, text: 'grep' },
    { known: true, text: '-n' },
    { known: true, text: 'x' },
    { known: false, prefix: './src', fields: 'matches' },
  ]);
});

const UNWRAPPED: readonly (readonly [line: string, program: string | undefined])[] = [
  ['env uname', 'uname'],
  ['env -i LC_ALL=C TERM=dumb uname', 'uname'],
  ['env -u X uname -a', 'uname'],
  ['nice -n 5 uname', 'uname'],
  ['nice -5 uname', 'uname'],
  ['timeout -k 1 -s KILL 5s uname', 'uname'],
  ['timeout --signal=KILL 5 uname', 'uname'],
  ['stdbuf -oL uname', 'uname'],
  ['setsid -w uname', 'uname'],
  ['ionice -c3 uname', 'uname'],
  ['flock -n f uname', 'uname'],
  ['xargs -0 -n 1 uname', 'uname'],
  ['nohup uname', 'uname'],
  ['env -S uname', undefined],
  ['env -C / uname', undefined],
  ['env PATH=/x uname', undefined],
  ['env LD_PRELOAD=x uname', undefined],
  ['env', undefined],
  ['env - uname', undefined],
  ['timeout uname', undefined],
  ['timeout $x uname', undefined],
  ['nice $x uname', undefined],
  ['flock f -c uname', undefined],
  ['flock -c uname f', undefined],
  ['xargs', undefined],
  ['xargs -a f uname', undefined],
  ['xargs $x', undefined],
  ['setsid --fork-and-more uname', undefined],
];

for (const [line, program] of UNWRAPPED) {
  test(`${line} ${program === undefined ? 'is not unwrapped' : `starts ${program}`}`, () => {
    const [name, ...args] = words(line);
    assert.ok(name?.known);
    const read = unwrap(name.text, args);
    const found = read.kind === 'unwrapped' ? args[read.program] : undefined;
    assert.equal(found?.known === true ? found.text : undefined, program);
  });
}

for (const line of [
  'head -n 1',
  'head -5',
  'tr a-z A-Z',
  'wc -l',
  'wc -l -',
  "cut -d ' ' -f 1,3",
  'grep -c x',
  "grep -e x -e 'y z'",
  'sort -u',
  'uniq -c',
  'tail -n +2',
  "jq '.a.b[0]'",
]) {
  test(`only filters: ${line}`, () => {
    const [name, ...args] = words(line);
    assert.ok(name?.known && isPureFilter(name.text, args));
  });
}

for (const line of [
  'head f',
  'head -n 1 *',
  'head -c 10 $x',
  'grep x f',
  'grep -e x f',
  'grep -f f',
  'grep -r x',
  'sort -o f',
  'sort -uo f',
  'sort --outp=f',
  'sort f',
  'uniq - f',
  'wc --files0-from=f',
  'tail -f',
  'jq env',
  'jq -n env',
  'jq .a f',
  'tr a b c',
  'cut -f1 f',
  'awk 1',
  'sort -T /x',
]) {
  test(`does more than filter: ${line}`, () => {
    const [name, ...args] = words(line);
    assert.ok(name?.known && !isPureFilter(name.text, args));
  });
}

for (const [path, kind] of [
  ['/usr/bin/python3.11', 'interpreter'],
  ['/usr/bin/vim.basic', 'interpreter'],
  ['/usr/bin/dash', 'shell'],
  ['/usr/bin/mawk', 'interpreter'],
  ['/usr/bin/lua5.4', 'interpreter'],
  ['/usr/bin/x86_64-linux-gnu-gcc-12', 'optional'],
  ['/usr/bin/busybox', 'carrier'],
  ['/lib64/ld-linux-x86-64.so.2', 'carrier'],
  ['/usr/bin/uname', 'ordinary'],
  ['/usr/bin/b2sum', 'ordinary'],
  ['/usr/bin/sha256sum', 'ordinary'],
] as const) {
  test(`${path} is of kind ${kind}`, () => assert.equal(programKind(path).kind, kind));
}

test('settings of a repository that could name a program are not inert', () => {
  assert.ok(isInertGitConfig('[core]\n\tbare = false\n[remote "a\\"b"]\n\turl = x\n; note\n'));
  for (const text of [
    '[core]\n\tfsmonitor = id\n',
    '[diff]\nexternal = id',
    '[include]\npath = x',
    '[filter "x"]\nclean = id',
    '[core] pager = id',
    '[CORE]\nFsMonitor=id',
    '[core]\nbare = \\\nfsmonitor',
    '[a.b]\nc = d',
  ]) {
    assert.ok(!isInertGitConfig(text), text);
  }
});

test('a repository with settings that could name a program is not looked at by git', () => {
  const files = new VirtualFiles();
  files.directory('/w');
  files.directory('/w/.git');
  files.file('/w/.git/config', '[core]\n\tfsmonitor = id\n');
  const status = words('git status').slice(1);
  assert.equal(inspectProgram('git', status, { cwd: '/w/sub', files }).kind, 'unread');
  assert.equal(inspectProgram('git', status, { cwd: '/other', files }).kind, 'inert');
  assert.equal(inspectProgram('git', status, { cwd: undefined, files }).kind, 'unread');
});

test('sed scripts with line ends and addresses are read', () => {
  for (const script of [
    'p',
    '1,3p;$d',
    '/a/,/b/d',
    '/a\\/b/Ip',
    '2~3p',
    '1,+2p',
    's/x/y/gI\ny/ab/cd/',
    '$!N',
    '/a/!d',
    '1q5',
  ]) {
    assert.ok(isInertSedScript(script), script);
  }
  for (const script of [
    'e',
    '1e',
    'r f',
    'R f',
    'w f',
    'W f',
    '{p}',
    ':a',
    'ba',
    'a\\',
    'i x',
    'c x',
    's/a/b',
    's/a/b/ge',
    'pe',
    'p e id',
    'F',
    'z;e',
    'v',
    '=e',
    's\na\nb\n',
    '1,e',
  ]) {
    assert.ok(!isInertSedScript(script), script);
  }
});
