import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { TestContext } from 'node:test';
import type { StatePaths } from '../../../src/state/index.ts';
import type { OnConflict } from '../../../src/supervisor/index.ts';
import { cleanUp } from '../../clean-up.ts';
import { TOKEN, writeState } from './gateway.ts';

export type GatewayProcess = {
  url: string;
  port: number;
  child: ChildProcess;
  /** Everything it printed. */
  output: () => string;
  /** Resident memory, MB. */
  residentMb: () => number;
  kill(signal: NodeJS.Signals): Promise<{ code: number | null; signal: string | null }>;
};

/** A whole gateway process that serves, after its turn has come; what is left of it is killed after the test. */
export async function startProcess(
  context: TestContext,
  paths: StatePaths,
  port: number,
  onConflict: OnConflict = 'fail',
  /** More of the config. */
  more: object = {},
): Promise<GatewayProcess> {
  writeState(paths, { gateway: { mode: 'local', port, auth: { mode: 'token', token: TOKEN } }, ...more });
  const child = spawn(process.execPath, [join(import.meta.dirname, '..', 'fixtures', 'run.ts'), onConflict], {
    env: { PATH: process.env['PATH'], HOME: paths.home, CLAWDBOT_STATE_DIR: paths.stateDir },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  cleanUp(context, () => child.kill('SIGKILL'));
  let output = '';
  child.stdout.on('data', (text) => {
    output += text;
  });
  child.stderr.on('data', (text) => {
    output += text;
  });
  for await (const line of createInterface({ input: child.stdout })) {
    if (!line.startsWith('serving ')) throw new Error(`the gateway did not start: ${output}`);
    break;
  }
  child.stdout.resume();
  return {
    url: `ws://127.0.0.1:${port}`,
    port,
    child,
    output: () => output,
    residentMb: () =>
      Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) / 1024,
    kill: async (signal) => {
      const ended = once(child, 'exit');
      child.kill(signal);
      const [code, endedBy] = await ended;
      return { code, signal: endedBy };
    },
  };
}
