import { type ChildProcess, spawn } from 'node:child_process';
import type { TestContext } from 'node:test';
import { cleanUp } from '../../clean-up.ts';

/** A program that is none of ours, ended with the test. `says` is printed by it when it is up. */
export async function startOther(
  t: TestContext,
  command: readonly string[],
  says?: RegExp,
): Promise<ChildProcess> {
  const [program = '', ...args] = command;
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  cleanUp(t, () => child.kill('SIGKILL'));
  if (says === undefined) return child;
  await new Promise<void>((resolve, reject) => {
    let output = '';
    const onData = (chunk: unknown): void => {
      output += String(chunk);
      if (says.test(output)) resolve();
    };
    child.stdout?.on('data', onData);
    child.stderr?.on('data', onData);
    child.once('exit', () => reject(new Error(`cannot start ${program}: ${output}`)));
  });
  return child;
}

const servers = new WeakMap<TestContext, ChildProcess>();

/** Ends what {@link startHttp} started. */
export function endHttp(t: TestContext): void {
  servers.get(t)?.kill('SIGKILL');
}

/** An HTTP server that is no gateway. */
export async function startHttp(t: TestContext, host: string, port: number): Promise<ChildProcess> {
  const script = `require('node:http').createServer((q, r) => r.end('hi')).listen(${port}, ${JSON.stringify(host)}, () => console.log('up'))`;
  const child = await startOther(t, [process.execPath, '-e', script], /up/);
  servers.set(t, child);
  return child;
}
