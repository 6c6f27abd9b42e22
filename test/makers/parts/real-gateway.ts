import { spawn } from 'node:child_process';
import type { TestContext } from 'node:test';
import { cleanUp } from '../../clean-up.ts';
import { commandOf, environmentOf } from '../../interop/lib/software.ts';
import { until } from '../setup.ts';

/** Starts the published Clawdbot's gateway on this home and waits until it listens. Gives what ends it. */
export async function startRealGateway(
  t: TestContext,
  { home, port, bind = 'loopback' }: { home: string; port: number; bind?: 'loopback' | 'lan' },
): Promise<() => Promise<void>> {
  const [program, ...args] = commandOf('real', ['gateway', '--port', String(port), '--bind', bind]);
  const child = spawn(program, args, { env: environmentOf('real', home), stdio: 'ignore' });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const end = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
  };
  cleanUp(t, end);
  // Started by npm's launcher it needs several seconds.
  await until('the published gateway to listen', async () => {
    try {
      return (await fetch(`http://127.0.0.1:${port}/`)).status > 0;
    } catch {
      return false;
    }
  });
  return end;
}
