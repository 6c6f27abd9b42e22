import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { freePort } from '../free-port.ts';
import { entry, environment, privateHome, run } from './driver.ts';

const root = join(import.meta.dirname, '..', '..');
const oldNode = ['/usr/bin/node', '/usr/local/bin/node'].find((path) => {
  const { status, stdout } = spawnSync(path, ['--version'], { encoding: 'utf8' });
  return status === 0 && Number(/^v(\d+)/.exec(stdout)?.[1]) < 24;
});

const needsOldNode = { skip: oldNode === undefined ? 'no Node older than 24 on this machine' : false };
const clone = join(root, 'bin', 'clawdbot.js');

test('an old Node says in one line what is needed, what was found and how to get it', needsOldNode, (t) => {
  const elsewhere = join(privateHome(t), 'clawdbot.mjs');
  cpSync(clone, elsewhere);
  const { status, stdout, stderr } = spawnSync(oldNode ?? '', [elsewhere, 'status'], { encoding: 'utf8' });
  assert.equal(status, 78);
  assert.equal(stdout, '');
  assert.equal(stderr.trim().split('\n').length, 1);
  assert.match(
    stderr,
    /needs Node\.js 24 or later, this is \d+\.\d+\.\d+ .*nodejs\.org.*npm install -g node@24/,
  );
});

test('a clone that nobody has set up says how, whatever Node it is started with', (t) => {
  const fresh = join(privateHome(t), 'a clone');
  for (const path of ['bin/clawdbot.js', 'scripts/build.js', 'package.json'])
    cpSync(join(root, path), join(fresh, path));
  for (const node of [process.execPath, ...(oldNode === undefined ? [] : [oldNode])]) {
    const { status, stderr } = spawnSync(node, [join(fresh, 'bin', 'clawdbot.js'), 'status'], {
      encoding: 'utf8',
    });
    assert.equal(status, 78);
    assert.ok(stderr.endsWith(`cd '${fresh}/' && npm install && npm run build\n`), stderr);
  }
});

test(
  'in a clone an old Node hands over to the Node 24 that npm installed, exit status included',
  needsOldNode,
  (t) => {
    const env = environment(privateHome(t));
    const { status, stderr } = spawnSync(oldNode ?? '', [clone, 'nodes', 'statsu'], {
      encoding: 'utf8',
      env,
    });
    assert.equal(status, 1);
    assert.match(stderr, /did you mean status/);
  },
);

test('a signal to the old Node ends the command of the new one', needsOldNode, async (t) => {
  const env = environment(privateHome(t));
  const args = [clone, 'gateway', 'run', '--allow-unconfigured', '--port', String(await freePort())];
  const gateway = spawn(oldNode ?? '', args, { stdio: ['ignore', 'ignore', 'pipe'], env });
  let said = '';
  const serving = Promise.withResolvers<void>();
  gateway.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
    if (said.includes('listening on')) serving.resolve();
  });
  const exited = once(gateway, 'exit');
  await Promise.race([serving.promise, exited]);
  gateway.kill('SIGTERM');
  assert.deepEqual(await exited, [0, null]);
  assert.match(said, /stopped/);
});

test('prints its version and nothing else', async (t) => {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const home = privateHome(t);
  for (const args of [['--version'], ['-V'], ['--no-color', '--version']]) {
    const { status, stdout, stderr } = await run(t, args, { home });
    assert.deepEqual({ status, stdout, stderr }, { status: 0, stdout: `${version}\n`, stderr: '' });
  }
});

test('help ends with 0, a group without a subcommand with 1', async (t) => {
  const home = privateHome(t);
  const help = await run(t, ['nodes', 'run', '--help'], { home });
  assert.equal(help.status, 0);
  assert.match(help.stdout, /--command-timeout/);
  const group = await run(t, ['nodes'], { home });
  assert.equal(group.status, 1);
  assert.match(group.stdout + group.stderr, /pending/);
});

test('help about a command is found however it is asked for', async (t) => {
  const home = privateHome(t);
  for (const args of [
    ['help', 'nodes', 'run'],
    ['nodes', 'help', 'run'],
    ['nodes', 'run', '-h'],
  ]) {
    const { status, stdout } = await run(t, args, { home });
    assert.equal(status, 0);
    assert.match(stdout, /^Usage: clawdbot nodes run/, args.join(' '));
  }
  const all = await run(t, ['help'], { home });
  assert.match(all.stdout, /^Usage: clawdbot \[options\]/);
});

test('the help offered after a mistake is that of the nearest command there is', async (t) => {
  const home = privateHome(t);
  const nearest: [string[], RegExp][] = [
    [['ndoes', 'list'], /clawdbot\S* --help$/m],
    [['nodes', 'statsu'], / nodes --help$/m],
    [['approvals', 'allowlist', 'ad'], / approvals allowlist --help$/m],
  ];
  for (const [args, help] of nearest) assert.match((await run(t, args, { home })).stderr, help);
});

const wrong: [string, string[], RegExp][] = [
  ['help about a command that does not exist', ['help', 'ndoes'], /unknown command 'ndoes'/],
  ['help of a command that does not exist', ['nodes', 'statsu', '--help'], /unknown command 'statsu'/],
  ['a misspelt command', ['ndoes'], /unknown command 'ndoes' \(did you mean nodes\?\)/],
  ['a misspelt subcommand', ['nodes', 'statsu'], /unknown command 'statsu' \(did you mean status\?\)/],
  [
    'a misspelt subcommand of a group that also runs',
    ['gateway', 'cal'],
    /cannot run clawdbot gateway cal: unknown command 'cal'/,
  ],
  ['an unknown option', ['nodes', 'status', '--verbos'], /unknown option '--verbos'/],
  [
    'an option of the parent that the subcommand does not have',
    ['gateway', '--port', '1', 'call', 'x'],
    /option '--port' means nothing to 'gateway call'/,
  ],
  ['a port that is none', ['gateway', 'run', '--port', '70000'], /must be a port from 1 to 65535/],
  ['a word outside a closed list', ['gateway', 'run', '--bind', 'moon'], /loopback/],
  ['a missing argument', ['nodes', 'approve'], /missing required argument 'id'/],
  ['a missing option', ['nodes', 'rename'], /--node is missing\n→ run: .* nodes rename --help/],
  [
    'a missing argument three words deep',
    ['approvals', 'allowlist', 'add'],
    /run clawdbot approvals allowlist add: missing/,
  ],
  ['an argument too many', ['nodes', 'approve', 'a', 'b'], /too many arguments/],
  ['--dev with another profile', ['--dev', '--profile', 'x', 'status'], /cannot use --dev together/],
  ['an empty profile name', ['--profile', '', 'config', 'get', 'a'], /cannot use the profile ""/],
  ['a profile name with a slash', ['--profile', '../x', 'config', 'get', 'a'], /cannot use the profile/],
];
for (const [name, args, message] of wrong) {
  test(`${name} ends with 1 and says so`, async (t) => {
    const { status, stdout, stderr } = await run(t, args, { home: privateHome(t) });
    assert.equal(status, 1, stderr);
    assert.match(stderr, message);
    assert.equal(stdout, '');
    assert.doesNotMatch(stderr, /\n {4}at /, 'no stack trace');
  });
}

test('an error with --json is JSON on stdout as well', async (t) => {
  const { status, stdout } = await run(t, ['nodes', 'statsu', '--json'], { home: privateHome(t) });
  assert.equal(status, 1);
  assert.equal(JSON.parse(stdout).error.code, 'usage');
  for (const args of [['--json'], ['nodes', '--json']]) {
    const group = await run(t, args, { home: privateHome(t) });
    assert.equal(group.status, 1);
    assert.match(JSON.parse(group.stdout).error.message, /a command is missing/);
  }
});

test('compiled code is kept in the home directory, never where others could lay it out', async (t) => {
  const home = privateHome(t);
  const env = { XDG_CACHE_HOME: '', TMPDIR: join(home, 'tmp') };
  mkdirSync(env.TMPDIR);
  await run(t, ['--version'], { home, env });
  assert.ok(existsSync(join(home, '.cache', 'clawdbot')));
  assert.deepEqual(readdirSync(env.TMPDIR), []);
});

test('--dev is the profile dev on port 19001', async (t) => {
  const home = privateHome(t);
  const { stdout } = await run(t, ['--dev', 'dashboard', '--json'], { home });
  assert.equal(JSON.parse(stdout).url, 'http://127.0.0.1:19001/');
});

test('a reader that goes away ends the command without a word', async (t) => {
  const home = privateHome(t);
  const script = `"${process.execPath}" "${entry}" config schema | head -c 10 >/dev/null; echo "\${PIPESTATUS[0]}"`;
  const out = execFileSync('bash', ['--norc', '-c', script], {
    env: environment(home),
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  assert.equal(out.trim(), '0');
});
