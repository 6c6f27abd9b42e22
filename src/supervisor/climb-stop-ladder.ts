import { askToStop } from './ask-to-stop.ts';
import type { Run } from './run.ts';
import { killRun, signalProcess } from './run-processes.ts';
import type { StopStep } from './service-machine.ts';
import type { ServiceSpec } from './service-spec.ts';

/** What one rung of the stop ladder does to a run: ask, SIGTERM to the main process, SIGKILL to all of it. */
export async function climbStopLadder(
  step: StopStep,
  run: Run,
  { readiness, patience }: Pick<ServiceSpec, 'readiness' | 'patience'>,
): Promise<void> {
  switch (step) {
    case 'drain': {
      const heard =
        readiness.kind === 'gateway' && (await askToStop(readiness.stateDir, run, patience.drainMs));
      if (!heard) signalProcess(run, 'SIGTERM');
      break;
    }
    case 'term':
      // A stopped process takes SIGTERM only after SIGCONT (signal(7)).
      signalProcess(run, 'SIGTERM');
      signalProcess(run, 'SIGCONT');
      break;
    case 'kill':
      killRun(run);
      break;
  }
}
