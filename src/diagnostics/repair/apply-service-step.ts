import { setTimeout as delay } from 'node:timers/promises';
import type { DoctorStep, DoctorStepResult } from '../../protocol/index.ts';
import {
  handOverTo,
  inspectListeners,
  isAlive,
  listStandbys,
  lookUpProcess,
} from '../../supervisor/index.ts';
import { openServiceManager, type ServiceManager } from '../../supervisor/systemd/index.ts';
import { type LoadedUnit, showUnits } from '../facts/show-units.ts';

type Step<K extends DoctorStep['kind']> = Extract<DoctorStep, { kind: K }>;
type Environment = Readonly<Record<string, string | undefined>>;

/** 100 s: a stop may take `TimeoutStopSec=`, a start `TimeoutStartSec=`; systemd itself gives up earlier. */
const JOB_MS = 100_000;
/** 30 s: a gateway of another product closes its clients and channels before it ends. */
const END_MS = 30_000;
/** 20 s: a unit that has just been started announces that it stands by within a second, on a busy machine in several. */
const STANDBY_MS = 20_000;
const LOOK_EVERY_MS = 20;
/** 3 min: clawdbot 2026.1.24 needs 5 to 20 s before it listens; on a busy machine it was seen to need more than 90. */
const LISTEN_MS = 180_000;
const LISTEN_LOOK_MS = 250;

/** Starts or stops units, or stops and disables them. */
export async function changeUnits(step: Step<'unit'>, env: Environment): Promise<DoctorStepResult> {
  const manager = openServiceManager({ scope: step.scope, env });
  const [main = ''] = step.units;
  const unit = (await showUnits(manager, step.units)).get(main);
  if (unit === undefined || unit.loadState === 'not-found') return notNeeded(`${main} is not there any more`);
  if (step.notPid !== undefined && unit.mainPid === step.notPid)
    return notNeeded(`pid ${step.notPid} belongs to ${main} now`);
  if (step.verb === 'start') {
    if (unit.activeState === 'active') return notNeeded(`${main} runs already`);
    const started = await call(manager, ['start', main], ['reset-failed', main]);
    return started.kind === 'done' && step.port !== undefined ? listensOn(step.port, main) : started;
  }
  if (step.verb === 'stop')
    return isRunning(unit) ? call(manager, ['stop', ...step.units]) : notNeeded(`${main} is stopped already`);
  if (!isRunning(unit) && !unit.enablement.startsWith('enabled'))
    return notNeeded(`${main} is stopped and disabled already`);
  const done = await call(manager, ['disable', '--now', ...step.units]);
  // What was ended in the middle of a start counts as failed, which would be a finding of its own.
  await manager.systemctl(['reset-failed', ...step.units]);
  return done;
}

/** Makes units what they were. */
export async function undoUnits(step: Step<'unit'>, env: Environment): Promise<DoctorStepResult> {
  const manager = openServiceManager({ scope: step.scope, env });
  const { active, enabled } = step.was;
  if (step.verb === 'start') {
    return active ? notNeeded('it ran before, too') : call(manager, ['stop', ...step.units]);
  }
  if (step.verb === 'disable' && enabled) {
    const done = await call(manager, ['enable', ...step.units]);
    if (done.kind !== 'done') return done;
  }
  // Without waiting: a unit that failed before fails again, which is what taking back means.
  return active ? call(manager, ['start', '--no-block', step.units[0] ?? '']) : { kind: 'done' };
}

/** A unit of `Type=simple` counts as started before it has done anything. */
async function listensOn(port: number, unit: string): Promise<DoctorStepResult> {
  const giveUpAt = performance.now() + LISTEN_MS;
  while (performance.now() < giveUpAt) {
    const holders = inspectListeners({ port }).flatMap((listener) => listener.holders);
    if (holders.some(({ starter }) => starter.kind === 'unit' && starter.unit === unit))
      return { kind: 'done' };
    await delay(LISTEN_LOOK_MS);
  }
  return { kind: 'failed', why: `${unit} was started, but nobody of it listens on port ${port} yet` };
}

/** The owner hands over to the waiting process of a unit. */
export async function handOver(step: Step<'hand-over'>, env: Environment): Promise<DoctorStepResult> {
  const manager = openServiceManager({ scope: step.to.scope, env });
  const standby = await waitingProcess(manager, step);
  if (standby === undefined) return notNeeded(`no process of ${step.to.unit} stands by`);
  const { stateDir, from, drainMs } = step;
  const result = await handOverTo({ stateDir, from, to: standby, drainMs });
  if (result.kind === 'not-as-expected') return notNeeded(result.reason);
  return result.kind === 'refused' ? { kind: 'failed', why: result.reason } : { kind: 'done' };
}

/** Asks a process to end, and waits for it. */
export async function endProcess(step: Step<'end'>): Promise<DoctorStepResult> {
  const { pid } = step.process;
  if (!isAlive(step.process)) return notNeeded(`pid ${pid} has ended already`);
  if (isAncestor(pid)) return { kind: 'failed', why: `pid ${pid} is an ancestor of this process` };
  process.kill(pid, 'SIGTERM');
  const giveUpAt = performance.now() + END_MS;
  while (isAlive(step.process)) {
    if (performance.now() > giveUpAt)
      return { kind: 'failed', why: `pid ${pid} (${step.name}) did not end within ${END_MS / 1000} s` };
    await delay(LOOK_EVERY_MS);
  }
  return { kind: 'done' };
}

async function waitingProcess(manager: ServiceManager, { stateDir, to }: Step<'hand-over'>) {
  const giveUpAt = performance.now() + STANDBY_MS;
  for (;;) {
    const pid = (await showUnits(manager, [to.unit])).get(to.unit)?.mainPid;
    const standby = listStandbys(stateDir).find((waiting) => waiting.pid === pid);
    if (standby !== undefined || performance.now() > giveUpAt) return standby;
    await delay(LOOK_EVERY_MS);
  }
}

async function call(
  manager: ServiceManager,
  args: readonly string[],
  before?: readonly string[],
): Promise<DoctorStepResult> {
  // A latched start limit refuses a start (F-24); nothing to clear is no failure.
  if (before !== undefined) await manager.systemctl(before);
  const { status, stderr } = await manager.systemctl(args, { deadlineMs: JOB_MS });
  if (status === 0) return { kind: 'done' };
  return {
    kind: 'failed',
    why: stderr.trim().split('\n')[0] || `systemctl ended with ${status ?? 'a signal'}`,
  };
}

function isRunning({ activeState }: LoadedUnit): boolean {
  return activeState !== 'inactive' && activeState !== 'failed';
}

function isAncestor(pid: number): boolean {
  let current = process.pid;
  while (current > 0) {
    if (current === pid) return true;
    const found = lookUpProcess(current);
    current = found.kind === 'alive' ? found.facts.parentPid : 0;
  }
  return false;
}

function notNeeded(why: string): DoctorStepResult {
  return { kind: 'not-needed', why };
}
