import { spawn } from 'node:child_process';
import { cleanUp } from '../clean-up.ts';
import { entry, environment } from '../cli/driver.ts';
import type { Setup } from './setup.ts';

/** Types a printed command in a setup's home and waits for its end. `sudo` is left out: the tests that need it run as root. */
export async function typeCommand(
  setup: Setup,
  [program = '', ...args]: readonly string[],
): Promise<{ status: number | null; output: string }> {
  if (program === 'sudo') return typeCommand(setup, args);
  const [file, ...words] = program === 'clawdbot' ? [process.execPath, entry, ...args] : [program, ...args];
  const child = spawn(file, words, {
    cwd: setup.home,
    env: { ...environment(setup.home), ...setup.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += String(text)));
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  // Waited for: what `up` still writes would bring the removed home back.
  cleanUp(setup.t, async () => {
    child.kill('SIGTERM');
    await ended;
  });
  // A command that serves (takeover) goes on; it counts as done when it says so.
  const serves = new Promise<null>((resolve) => {
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', () => /serving on|Three things to try/.test(output) && resolve(null));
  });
  return { status: await Promise.race([ended, serves]), output };
}
