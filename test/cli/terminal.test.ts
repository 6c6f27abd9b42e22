import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { cleanUp } from '../clean-up.ts';
import { PATIENCE_MS } from '../patience.ts';
import { entry, environment, privateHome } from './driver.ts';
import { startUp } from './up-driver.ts';

const skip = spawnSync('script', ['--version']).status === 0 ? false : 'script(1) is not installed';

test('onboarding asks, and writes what was answered', { skip }, async (t) => {
  const home = privateHome(t);
  const terminal = onTerminal(t, ['onboard'], { home });
  await terminal.answer(/Go on\?/, 'y');
  await terminal.answer(/Where does the gateway run/, '\r');
  await terminal.answer(/TCP port/, '\r');
  await terminal.answer(/Who can reach it/, '\r');
  await terminal.answer(/What must clients present/, '\r');
  await terminal.answer(/Publish through Tailscale/, '\r');
  await terminal.answer(/Install the systemd user service/, 'n');
  assert.equal(await terminal.ended, 0);
  const { gateway } = JSON.parse(readFileSync(join(home, '.clawdbot', 'clawdbot.json'), 'utf8'));
  assert.deepEqual(
    [gateway.mode, gateway.port, gateway.bind, gateway.auth.mode],
    ['local', 18789, 'loopback', 'token'],
  );
  assert.ok(!terminal.text().includes(gateway.auth.token));
});

test('Enter alone, or Ctrl-C, at the first question changes nothing', { skip }, async (t) => {
  for (const key of ['\r', '\x03']) {
    const home = privateHome(t);
    const terminal = onTerminal(t, ['onboard'], { home });
    await terminal.answer(/Go on\?/, key);
    assert.equal(await terminal.ended, 1);
    assert.ok(!existsSync(join(home, '.clawdbot', 'clawdbot.json')));
  }
});

test('nodes run asks the person at the terminal', { skip }, async (t) => {
  const up = await startUp(t);
  const allowed = onTerminal(t, ['nodes', 'run', '--node', 'box', '--', 'uname', '-s'], up);
  await allowed.answer(/Allow it\?/, '\r');
  await allowed.answer(/Allow it\?[\s\S]*Allow it\?/, 'once\r');
  assert.equal(await allowed.ended, 0);
  assert.match(allowed.text(), /^Linux/m);
  const denied = onTerminal(t, ['nodes', 'run', '--node', 'box', '--', 'uname', '-s'], up);
  await denied.answer(/Allow it\?/, 'd\r');
  assert.equal(await denied.ended, 1);
  assert.match(denied.text(), /user denied/);
});

test('remote output cannot act on the terminal', { skip }, async (t) => {
  const up = await startUp(t);
  const run = onTerminal(t, ['nodes', 'run', '--node', 'box', '--', 'printf', 'a\\033[2Jb\\r\\007'], up);
  await run.answer(/Allow it\?/, 'o\r');
  assert.equal(await run.ended, 0);
  assert.match(run.text(), /a\\x1b\[2Jb\\r\\x07/);
});

/** The command on a pseudo terminal of script(1). */
function onTerminal(
  t: TestContext,
  args: readonly string[],
  { home, env }: { home: string; env?: Record<string, string> },
) {
  const line = [process.execPath, entry, ...args].map((word) => `'${word}'`).join(' ');
  const child: ChildProcess = spawn('script', ['-qec', `stty cols 200 rows 50; exec ${line}`, '/dev/null'], {
    env: { ...environment(home, env), TERM: 'xterm', SHELL: '/bin/sh' },
    cwd: home,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let seen = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    seen += text;
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  cleanUp(t, async () => {
    child.kill();
    await ended;
  });
  // Prompts redraw themselves letter by letter; without colours and line ends the question stays readable.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what is taken out
  const text = () => seen.replace(/\x1b\[[0-9;?]*[A-Za-z]/g, '').replaceAll('\r', '');
  return {
    text,
    ended,
    answer: async (question: RegExp, keys: string) => {
      const giveUpAt = performance.now() + PATIENCE_MS;
      while (!question.test(text().replaceAll('\n', '')) && !question.test(text())) {
        if (performance.now() > giveUpAt) throw new Error(`cannot find ${question} in ${text()}`);
        await sleep(30);
      }
      // The prompt listens a moment after it is drawn.
      await sleep(100);
      child.stdin?.write(keys);
    },
  };
}
