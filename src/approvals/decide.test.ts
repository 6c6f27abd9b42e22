import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decide, decideUnattended } from './decide.ts';
import type { ExecDecision } from './decision.ts';
import { deniedSettings, effectiveSettings } from './effective-settings.ts';
import type { HostFacts } from './host-facts.ts';
import type { Ask, PolicyEntry, Security } from './policy-schema.ts';
import { quoteText } from './shell/render-shell.ts';
import { ELF_START, VirtualFiles } from './virtual-files.ts';

const NAMES =
  'uname id touch cat grep head wc echo test env nice timeout nohup setsid xargs find dash bash python3.11 git busybox'.split(
    ' ',
  );

function world(): { files: VirtualFiles; host: HostFacts } {
  const files = new VirtualFiles();
  for (const path of ['/usr', '/usr/bin', '/work', '/home', '/home/u', '/home/u/bin']) files.directory(path);
  for (const name of NAMES) files.file(`/usr/bin/${name}`, `${ELF_START} ${name}`, 0o755);
  files.link('/bin', 'usr/bin');
  files.link('/usr/bin/sh', 'dash');
  return {
    files,
    host: {
      platform: 'linux',
      uid: 1000,
      gid: 1000,
      home: '/home/u',
      searchPath: ['/usr/bin'],
      cwd: '/work',
      shell: '/bin/sh',
      environment: { PATH: '/usr/bin' },
    },
  };
}

type Rules = {
  entries?: readonly (string | PolicyEntry)[];
  security?: Security;
  ask?: Ask;
  agentId?: string;
};

function settings({ entries = [], security = 'allowlist', ask = 'off' }: Rules = {}) {
  const allowlist = entries.map((entry) =>
    typeof entry === 'string' ? { pattern: `/usr/bin/${entry}` } : entry,
  );
  return effectiveSettings({ version: 1, agents: { main: { security, ask, allowlist } } });
}

function decided(command: unknown, rules: Rules = {}): ExecDecision {
  const request = typeof command === 'object' && !Array.isArray(command) ? command : { command };
  return decide(request, settings(rules), world());
}

const line = (text: string) => ['/bin/sh', '-c', text];

// exec-approvals.md section 3, without approvals: security, ask, hit, miss.
for (const [security, ask, hit, miss] of [
  ['deny', 'off', 'deny', 'deny'],
  ['deny', 'always', 'deny', 'deny'],
  ['allowlist', 'off', 'allow', 'deny'],
  ['allowlist', 'on-miss', 'allow', 'ask'],
  ['allowlist', 'always', 'ask', 'ask'],
  ['full', 'off', 'allow', 'allow'],
  ['full', 'on-miss', 'allow', 'allow'],
  ['full', 'always', 'ask', 'ask'],
] as const) {
  test(`security ${security}, ask ${ask}: a hit is "${hit}", a miss is "${miss}"`, () => {
    const rules = { entries: ['uname'], security, ask };
    assert.equal(decided(['uname', '-a'], rules).decision, hit);
    assert.equal(decided(['id'], rules).decision, miss);
  });
}

test('a damaged policy denies with its reason', () => {
  const decision = decide({ command: ['uname'] }, deniedSettings('line 3'), world());
  assert.deepEqual([decision.decision, decision.code, decision.reason], ['deny', 'policy-damaged', 'line 3']);
});

for (const [what, request, code] of [
  ['no list', { command: 'uname' }, 'malformed'],
  ['an empty list', { command: [] }, 'malformed'],
  ['a number', { command: ['uname', 5] }, 'malformed'],
  ['NUL', { command: ['uname', 'a\0b'] }, 'malformed'],
  ['a lone surrogate', { command: ['uname', '\ud800'] }, 'malformed'],
  ['nothing at all', null, 'malformed'],
  ['a variable', { command: ['uname'], env: { LD_PRELOAD: '/x' } }, 'environment'],
  ['a variable with a strange value', { command: ['uname'], env: { LC_ALL: '../../x' } }, 'environment'],
  ['another text', { command: ['uname'], rawCommand: 'id' }, 'text-mismatch'],
  ['the text of what is no shell', { command: ['/tmp/x', '-c', 'id'], rawCommand: 'id' }, 'text-mismatch'],
  ['a relative directory', { command: ['uname'], cwd: 'work' }, 'directory'],
  ['a missing directory', { command: ['uname'], cwd: '/nowhere' }, 'directory'],
  ['a missing program', { command: ['nothing'] }, 'not-found'],
] as const) {
  test(`a request with ${what} is denied even when everything is allowed`, () => {
    const decision = decided(request, { security: 'full', ask: 'off' });
    assert.deepEqual([decision.decision, decision.code, decision.plan], ['deny', code, undefined]);
  });
}

test('a refused variable is named', () => {
  assert.match(
    decided({ command: ['uname'], env: { NODE_OPTIONS: 'x', TERM: 'dumb' } }).reason,
    /"NODE_OPTIONS"/,
  );
});

test('approved and approvalDecision of the caller mean nothing', () => {
  const decision = decided(
    { command: ['id'], approved: true, approvalDecision: 'allow-always' },
    { ask: 'on-miss' },
  );
  assert.equal(decision.decision, 'ask');
});

test('the plan is the resolved file with the name, directory and clean environment of the request', () => {
  const { plan } = decided(
    { command: ['uname', '-a'], cwd: '/work', env: { LC_ALL: 'C' } },
    { entries: ['uname'] },
  );
  assert.deepEqual(plan?.argv, ['uname', '-a']);
  assert.equal(plan?.files[plan.executable]?.path, '/usr/bin/uname');
  assert.equal(plan?.cwd.path, '/work');
  assert.deepEqual(plan?.environment, { PATH: '/usr/bin', LC_ALL: 'C' });
});

test('a line is started with the files it was decided on, without start-up files', () => {
  const { plan } = decided(['/bin/sh', '-lc', 'uname | xargs env head # x'], {
    entries: ['uname', 'xargs', 'env', 'head'],
  });
  assert.deepEqual(plan?.argv, [
    '/bin/sh',
    '-c',
    "'/usr/bin/uname' | '/usr/bin/xargs' '/usr/bin/env' '/usr/bin/head'\n",
  ]);
});

test('every program is listed with the rule that covers it', () => {
  const decision = decided(line('uname; env id'), { entries: ['uname', 'env'] });
  assert.deepEqual(
    decision.programs.map(({ path, covered, rule }) => [path, covered, rule]),
    [
      ['/usr/bin/uname', true, 'main: /usr/bin/uname'],
      ['/usr/bin/env', true, 'main: /usr/bin/env'],
      ['/usr/bin/id', false, undefined],
    ],
  );
});

test('a program in a directory that others may write is not covered', () => {
  const { files, host } = world();
  files.directory('/home/u/bin', 0o777);
  files.file('/home/u/bin/tool', ELF_START, 0o755);
  const rules = settings({ entries: [{ pattern: '/home/u/bin/tool' }] });
  const decision = decide({ command: ['/home/u/bin/tool'] }, rules, { files, host });
  assert.match(decision.reason, /\/home\/u\/bin is writable by everybody/);
});

test('a copy or a hard link of a shell under another name is still a shell', () => {
  const { files, host } = world();
  files.file('/home/u/bin/harmless', `${ELF_START} bash`, 0o755);
  const rules = settings({ entries: [{ pattern: '/home/u/bin/*' }] });
  const decision = decide({ command: ['/home/u/bin/harmless', '-c', 'id'] }, rules, { files, host });
  assert.deepEqual([decision.decision, /bash under another name/.test(decision.reason)], ['deny', true]);
});

test('after a cd that may have failed a relative program is unknown', () => {
  const { files, host } = world();
  files.directory('/work/sub');
  files.file('/work/sub/tool', ELF_START, 0o755);
  const rules = settings({ entries: [{ pattern: '/work/sub/tool' }] });
  const of = (text: string) => decide({ command: line(text), cwd: '/work' }, rules, { files, host }).decision;
  assert.equal(of('cd sub && ./tool'), 'allow');
  assert.equal(of('cd sub; ./tool'), 'deny');
  assert.equal(of('cd sub || true; ./tool'), 'deny');
  assert.equal(of('(cd sub) && ./tool'), 'deny');
  assert.equal(of('cd sub | ./tool'), 'deny');
  assert.equal(of('for i in 1 2; do cd sub && ./tool; done'), 'deny');
  assert.equal(of('if cd sub; then ./tool; fi'), 'allow');
  assert.equal(of('if cd sub; then true; else ./tool; fi'), 'deny');
});

test('argument patterns cover whole lists, in bounded time', () => {
  const git = (argPattern: string, ...args: string[]) =>
    decided(['/usr/bin/git', ...args], { entries: [{ pattern: '/usr/bin/git', argPattern }] }).decision;
  assert.equal(git('log -\\d+', 'log', '-5'), 'allow');
  assert.equal(git('log|status', 'log'), 'allow');
  assert.equal(git('log|status', 'log', 'x'), 'deny');
  assert.equal(git('a)|(?:.*', 'status'), 'deny');
  assert.equal(git('.*', 'log', 'a b'), 'deny');
  assert.equal(git('.*', 'log', ''), 'deny');
  assert.equal(git('log.*', 'log', 'a\nb'), 'deny');
  assert.equal(git('(', 'log'), 'deny');
  assert.equal(git('(a+)+b', 'a'.repeat(3_000)), 'deny');
});

test('an entry names arguments, not the repositories they are used in', () => {
  const { files, host } = world();
  for (const [place, config] of [
    ['/work/plain', '[core]\n\tbare = false\n'],
    ['/work/odd', '[core]\n\tfsmonitor = /work/odd/x\n'],
  ] as const) {
    files.directory(place);
    files.directory(`${place}/.git`);
    files.file(`${place}/.git/config`, config);
  }
  const of = (cwd: string, ...args: string[]) =>
    decide(
      { command: ['/usr/bin/git', ...args], cwd },
      settings({ entries: [{ pattern: '/usr/bin/git', args }] }),
      {
        files,
        host,
      },
    );
  const plain = of('/work/plain', 'status');
  assert.equal(plain.decision, 'allow');
  assert.equal(plain.plan?.environment['GIT_OPTIONAL_LOCKS'], '0', 'no hook by rewriting the index');
  const odd = of('/work/odd', 'status');
  assert.deepEqual([odd.decision, /the repository could start a program/.test(odd.reason)], ['deny', true]);
  assert.equal(of('/work/odd', 'push').decision, 'allow', 'whoever names push knows that it starts programs');
  const find = ['/usr/bin/find', '.', '-exec', 'touch', 'x', ';'];
  const named = { pattern: '/usr/bin/find', args: find.slice(1) };
  assert.equal(decided(find, { entries: [named] }).decision, 'allow');
});

test('nobody to ask: the fallback adds nothing to an allowlist', () => {
  const file = (security: Security, ask: Ask, askFallback: Security) =>
    effectiveSettings({
      version: 1,
      agents: { main: { security, ask, askFallback, allowlist: [{ pattern: '/usr/bin/uname' }] } },
    });
  const unattended = (command: string, ...words: [Security, Ask, Security]) =>
    decideUnattended(decide({ command: [command] }, file(...words), world()), file(...words)).decision;
  assert.equal(unattended('id', 'allowlist', 'on-miss', 'full'), 'deny');
  assert.equal(unattended('uname', 'allowlist', 'always', 'deny'), 'deny');
  assert.equal(unattended('uname', 'allowlist', 'always', 'allowlist'), 'allow');
  assert.equal(unattended('id', 'full', 'always', 'full'), 'allow');
  assert.equal(unattended('id', 'full', 'always', 'allowlist'), 'deny');
});

// What wraps must never turn "deny" into "allow"; every wrapper is on the list.
const WRAPPERS: readonly ((text: string) => string)[] = [
  (text) => `env ${text}`,
  (text) => `env LC_ALL=C ${text}`,
  (text) => `nice -n 5 ${text}`,
  (text) => `timeout 5 ${text}`,
  (text) => `nohup ${text}`,
  (text) => `setsid -w ${text}`,
  (text) => `echo x | xargs ${text}`,
  (text) => `find . -exec ${text} {} \\;`,
  (text) => `sh -c ${quoteText(text)}`,
  (text) => `bash -c ${quoteText(text)}`,
  (text) => `(${text})`,
  (text) => `{ ${text}; }`,
  (text) => `if ${text}; then uname; fi`,
  (text) => `if uname; then ${text}; fi`,
  (text) => `uname && ${text}`,
  (text) => `uname | ${text}`,
  (text) => `! ${text}`,
  (text) => `echo $(${text})`,
  (text) => `echo "$(${text})"`,
  (text) => (text.includes('`') ? `(${text})` : `echo \`${text}\``),
  (text) => `for i in a b; do ${text}; done`,
  (text) => `while ${text}; do break; done`,
  (text) => `uname # x\n${text}`,
  (text) => `LC_ALL=C ${text}`,
  (text) => `x=1; ${text}`,
  (text) => `${text} >/dev/null 2>&1`,
  (text) => `${text} <<'E'\nx\nE\n`,
  (text) => `command ${text}`,
  (text) => `exec ${text}`,
  (text) => `eval ${text}`,
  (text) => `time ${text}`,
  (text) => `'${text.split(' ')[0]}'${text.slice(text.split(' ')[0]?.length)}`,
  (text) => `\\${text}`,
  (text) => `uname \\\n ; ${text}`,
  (text) => `true || ${text}`,
  (text) => `cd / && ${text}`,
  (text) => `set -e; ${text}`,
];
const LISTED = NAMES.filter((name) => name !== 'touch' && name !== 'id');

test('no nesting of wrappers turns "deny" into "allow"', () => {
  const base = fc.constantFrom(
    'touch x',
    'id',
    '/usr/bin/touch x',
    './tool',
    'python3.11 -c x',
    'busybox sh',
    'git commit',
    'bash script',
    'nothing',
  );
  const chain: fc.Arbitrary<((text: string) => string)[]> = fc.array(fc.constantFrom(...WRAPPERS), {
    maxLength: 5,
  });
  fc.assert(
    fc.property(base, chain, (text, wrappers) => {
      const wrapped = wrappers.reduce<string>((inner, wrap) => wrap(inner), text);
      assert.notEqual(decided(line(wrapped), { entries: LISTED }).decision, 'allow', wrapped);
    }),
    { numRuns: 4_000 },
  );
});

test('plain nesting of a listed program stays allowed', () => {
  for (const wrap of WRAPPERS) {
    const text = wrap('cat a');
    if (/^(command|exec|eval|time|\\)/.test(text)) continue;
    assert.equal(decided(line(text), { entries: LISTED }).decision, 'allow', text);
  }
});

test('a direct vector and the same words in quotes are decided alike', () => {
  const word = fc.stringMatching(/^[a-z-]{1,6}$/);
  fc.assert(
    fc.property(
      fc.constantFrom('uname', 'id', 'cat', 'env', 'git', 'timeout', 'find'),
      fc.array(word, { maxLength: 4 }),
      (name, args) => {
        const entries = LISTED;
        const direct = decided([name, ...args], { entries }).decision;
        const quoted = decided(line([name, ...args].map(quoteText).join(' ')), { entries }).decision;
        assert.equal(direct, quoted);
      },
    ),
    { numRuns: 1_000 },
  );
});
