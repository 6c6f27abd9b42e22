import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { cleanUp } from '../clean-up.ts';
import { freePort } from '../free-port.ts';
import { eventually, startProgram, temporaryDirectory } from './program.ts';

const prefix = ['unshare', '--pid', '--mount', '--fork', '--kill-child', '--mount-proc'];
const skip = process.getuid?.() === 0 ? false : 'needs root to make a pid namespace';

test('as pid 1 it reaps orphans, hands signals on and ends with the status of the program', {
  skip,
}, async (t) => {
  const container = startProgram(t, 'container-main.ts', [], { prefix });
  assert.equal((await container.until('main')).parent, 1);
  assert.equal((await container.until('counted')).zombies, 0);
  process.kill(childOf(container.pid), 'SIGTERM');
  assert.equal((await container.exited).code, 7);
});

for (const words of [['gateway', 'run'], ['up']]) {
  test(`clawdbot ${words.join(' ')} as pid 1 runs below a small init and stops in order`, {
    skip,
  }, async (t) => {
    const home = temporaryDirectory(t);
    const port = await freePort();
    mkdirSync(join(home, '.clawdbot'), { mode: 0o700 });
    const config = { gateway: { mode: 'local', port, auth: { mode: 'token', token: 'a-test-token-0123' } } };
    writeFileSync(join(home, '.clawdbot', 'clawdbot.json'), JSON.stringify(config), { mode: 0o600 });
    const command = join(import.meta.dirname, '..', '..', 'src', 'cli', 'main.ts');
    const [unshare = '', ...args] = [...prefix, process.execPath, command, ...words];
    const container = spawn(unshare, args, {
      env: { PATH: process.env['PATH'], HOME: home },
      stdio: 'ignore',
    });
    cleanUp(t, () => container.kill('SIGKILL'));
    const ended = once(container, 'exit');
    const identity = await eventually(async () => {
      const answer = await fetch(`http://127.0.0.1:${port}/healthz`).catch(() => undefined);
      return (await answer?.json()) as { pid: number } | undefined; // our own identity document
    });
    assert.notEqual(identity.pid, 1);
    const init = childOf(container.pid ?? 0);
    assert.match(readFileSync(`/proc/${init}/comm`, 'latin1'), /sh$/m);
    process.kill(init, 'SIGTERM');
    assert.equal((await ended)[0], 0);
  });
}

/** The only child of a process: below `unshare --fork` that is pid 1 of the new namespace. */
function childOf(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').trim());
}
