import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { TestContext } from 'node:test';
import type { StatePaths } from '../../src/state/index.ts';
import { cleanUp } from '../clean-up.ts';
import { freePort } from '../free-port.ts';
import { makeState, TOKEN, writeState } from '../gateway/support/gateway.ts';

export type WholeGateway = { port: number; url: string; paths: StatePaths; child: ChildProcess };

const PROGRAM = join(import.meta.dirname, '..', '..', 'bin', 'clawdbot.js');

/** `clawdbot gateway` as people start it, with its doctor; ended after the test. */
export async function startWholeGateway(t: TestContext): Promise<WholeGateway> {
  const paths = makeState(t);
  const port = await freePort();
  writeState(paths, { gateway: { mode: 'local', port, auth: { mode: 'token', token: TOKEN } } });
  const child = spawn(process.execPath, [PROGRAM, 'gateway'], {
    env: { PATH: process.env['PATH'], HOME: paths.home, CLAWDBOT_STATE_DIR: paths.stateDir },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const listening = new Promise<void>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        output += `${line}\n`;
        if (line.includes(String(port))) resolve();
      });
    }
    child.once('exit', () => reject(new Error(`the gateway ended: ${output}`)));
  });
  cleanUp(t, async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
  });
  await listening;
  return { port, url: `ws://127.0.0.1:${port}`, paths, child };
}
