import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { cleanUp } from '../clean-up.ts';
import { freePort } from '../free-port.ts';
import { startProcess } from './support/child.ts';
import { makeState } from './support/gateway.ts';

const command = join(import.meta.dirname, '..', '..', 'src', 'cli', 'main.ts');

test('a standby of the command line starts itself again with a quiet engine, once, and serves under the same pid', async (t) => {
  const paths = makeState(t);
  const owner = await startProcess(t, paths, await freePort());
  // Prints the flags of every start of the engine in this process, before the program runs.
  const shown = `data:text/javascript,console.error('flags', process.pid, process.execArgv.includes('--no-memory-reducer'))`;
  const standby = spawn(
    process.execPath,
    ['--import', shown, command, 'gateway', 'run', '--on-conflict', 'standby'],
    {
      env: { PATH: process.env['PATH'], HOME: paths.home, CLAWDBOT_STATE_DIR: paths.stateDir },
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  cleanUp(t, () => standby.kill('SIGKILL'));
  const lines: string[] = [];
  const printed = createInterface({ input: standby.stderr });
  for await (const line of printed) {
    lines.push(line);
    if (line.includes('standby: pid')) owner.child.kill('SIGKILL');
    if (line.includes('serving on')) break;
  }
  const flags = lines.filter((line) => line.startsWith('flags '));
  assert.deepEqual(flags, [`flags ${standby.pid} false`, `flags ${standby.pid} true`]);
  assert.equal(lines.filter((line) => line.includes('standby: pid')).length, 1);
  const answer = await fetch(`http://127.0.0.1:${owner.port}/healthz`);
  assert.equal(((await answer.json()) as { pid: number }).pid, standby.pid); // the identity document
  const ended = once(standby, 'exit');
  standby.kill('SIGTERM');
  await ended;
});

test('a stop after which somebody who stood by serves is none, and says who serves now', async (t) => {
  const paths = makeState(t);
  const owner = await startProcess(t, paths, await freePort());
  const env = { PATH: process.env['PATH'], HOME: paths.home, CLAWDBOT_STATE_DIR: paths.stateDir };
  const words = ['gateway', 'run', '--on-conflict', 'standby'];
  const standby = spawn(process.execPath, [command, ...words], { env, stdio: ['ignore', 'ignore', 'pipe'] });
  cleanUp(t, () => standby.kill('SIGKILL'));
  const printed = createInterface({ input: standby.stderr })[Symbol.asyncIterator]();
  assert.match(String((await printed.next()).value), /standby: pid/);
  const stop = spawn(process.execPath, [command, 'gateway', 'stop'], {
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const said = await stop.stderr.setEncoding('utf8').toArray();
  assert.match(
    said.join(''),
    new RegExp(
      `cannot stop .*pid ${owner.child.pid} has ended, but pid ${standby.pid} \\(started by .*gateway stop`,
      's',
    ),
  );
  assert.equal(stop.exitCode ?? (await once(stop, 'exit'))[0], 78);
});
