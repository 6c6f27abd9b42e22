import { lookUpProcess } from '../../../src/supervisor/index.ts';
import { cleanUp } from '../../clean-up.ts';
import type { Running } from '../../cli/driver.ts';
import { type Setup, until } from '../setup.ts';

/** Stops a process of this test as Ctrl-Z does; it goes on when the test is over. */
export function stopBySignal(setup: Setup, { child }: Running): Promise<void> {
  return stopPid(setup, child.pid);
}

/**
 * The same for one that is known by its pid. Waits until it stands still: a signal is acted on when the process comes back
 * from the kernel, which a write to a busy disk delays by seconds (state D until then, not T; proc(5)).
 */
export async function stopPid({ t }: Setup, pid: number | undefined): Promise<void> {
  if (pid === undefined) throw new Error('it never started');
  process.kill(pid, 'SIGSTOP');
  cleanUp(t, () => {
    if (lookUpProcess(pid).kind === 'alive') process.kill(pid, 'SIGCONT');
  });
  await until(`process ${pid} to stand still`, () => {
    const found = lookUpProcess(pid);
    return found.kind === 'alive' && found.facts.runState === 'T';
  });
}
