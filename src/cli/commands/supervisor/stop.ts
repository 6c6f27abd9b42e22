import { setTimeout as sleep } from 'node:timers/promises';
import { OpsError } from '../../../state/index.ts';
import { askSupervisorToStop, readSupervisorStatus } from '../../../supervisor/index.ts';
import type { CommandRun } from '../../program/command-spec.ts';

/** 60 s: drain, TERM and KILL of the default patience, one after the other, and some. */
const STOP_MS = 60_000;
const LOOK_EVERY_MS = 50;

/** `supervisor stop`: success only when the supervisor is gone. */
export const run: CommandRun = async (cli) => {
  const isAsked = await askSupervisorToStop(cli.paths.stateDir);
  const giveUpAt = performance.now() + STOP_MS;
  while ((await readSupervisorStatus(cli.paths.stateDir)).kind === 'running') {
    if (!isAsked || performance.now() > giveUpAt) {
      throw new OpsError('gateway/timeout', 'cannot stop the supervisor: it was asked and still runs', {
        remedies: [{ kind: 'run', command: ['clawdbot', 'supervisor', 'status'] }],
      });
    }
    await sleep(LOOK_EVERY_MS);
  }
  if (cli.out.json) cli.out.value({ ok: true, result: isAsked ? 'stopped' : 'absent' });
  cli.out.line(isAsked ? 'Stopped the supervisor and its services.' : 'No supervisor runs.');
  return 0;
};
