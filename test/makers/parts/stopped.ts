import { lookUpProcess } from '../../../src/supervisor/index.ts';
import { cleanUp } from '../../clean-up.ts';
import type { Running } from '../../cli/driver.ts';
import { type Setup, until } from '../setup.ts';

/**
 * Stops a process as Ctrl-Z does and waits until it stands still: a signal is acted on when the process comes back from the
 * kernel, which a write to a busy disk delays by seconds (state D until then, not T; proc(5)).
 */
export async function stopBySignal({ t }: Setup, { child }: Running): Promise<void> {
  const { pid } = child;
  if (pid === undefined) throw new Error('it never started');
  child.kill('SIGSTOP');
  cleanUp(t, () => child.kill('SIGCONT'));
  await until(`process ${pid} to stand still`, () => {
    const found = lookUpProcess(pid);
    return found.kind === 'alive' && found.facts.runState === 'T';
  });
}
