import { errorText, OpsError } from '../state/index.ts';
import { type ChildClaim, claimForChild } from './claim-for-child.ts';
import { climbStopLadder } from './climb-stop-ladder.ts';
import { type Ending, toDeath } from './death.ts';
import type { OnConflict } from './decide-start.ts';
import { judgeEnd, type Life, unstarted } from './end-of-run.ts';
import type { HolderState } from './holder-types.ts';
import { probeService } from './probe-service.ts';
import { monotonicMs } from './process-facts.ts';
import { countDeath, decideRestart, type Tally } from './restart-policy.ts';
import { type Run, startRun } from './run.ts';
import { endRest } from './run-processes.ts';
import {
  type Effect,
  onCancelled,
  onExit,
  onHandOverAsked,
  onProbe,
  onSpawned,
  onStopAsked,
  onTimer,
  onWaiting,
  onWanted,
  type ServiceState,
  type Step,
  type StopStep,
} from './service-machine.ts';
import type { ServiceSpec } from './service-spec.ts';
import type { RunMark } from './status-file.ts';

/** One supervised service: its state, its history, and the two things that can be asked of it. */
export type ServiceRunner = {
  spec: ServiceSpec;
  state: () => ServiceState;
  tally: () => Tally;
  /** Names the run that lives now, for a successor that has to clean up; undefined when none does. */
  mark: () => RunMark | undefined;
  /** Starts it, unless it runs or waits already. */
  start: () => void;
  /** Forgets its deaths and a verdict of given-up, and starts it again if it was given up. */
  clear: () => void;
  /** Ends it by the stop ladder; settles when it is stopped, or cannot be ended. */
  stop: () => Promise<ServiceState>;
};

/** Runs one service by the state machine of `service-machine.ts`: this file only carries its effects out. */
export function runService(options: {
  spec: ServiceSpec;
  tally: Tally;
  cli: readonly string[];
  version: string;
  /** Called after each change of state or history. */
  onChange: (runner: ServiceRunner) => void;
  onLine: (service: string, line: string) => void;
}): ServiceRunner {
  const { spec } = options;
  let state: ServiceState = { name: 'stopped' };
  let tally = options.tally;
  let live: Life | undefined;
  let claim: ChildClaim | undefined;
  let wake: NodeJS.Timeout | undefined;
  let probing: NodeJS.Timeout | undefined;
  let wanted = new AbortController();
  const rested: (() => void)[] = [];
  let shown = '';
  let command = spec.command;

  const runner: ServiceRunner = {
    spec,
    state: () => state,
    tally: () => tally,
    mark: () => {
      if (live === undefined) return undefined;
      const { pid, startTicks, runId, group } = live.run;
      return { service: spec.name, pid, startTicks, runId, group };
    },
    start: () => {
      if (tally.givenUp !== undefined)
        return take({ state: { name: 'given-up', reason: tally.givenUp.reason }, effects: [] });
      take(onWanted(state));
    },
    clear: () => {
      tally = { deaths: [], givenUp: undefined, recent: tally.recent };
      if (state.name === 'given-up') take(onWanted(state));
      else options.onChange(runner);
    },
    stop: () => {
      const settled = new Promise<ServiceState>((resolve) => rested.push(() => resolve(state)));
      take(onStopAsked(state, monotonicMs(), spec.patience));
      return settled;
    },
  };
  return runner;

  function take(step: Step): void {
    state = step.state;
    for (const effect of step.effects) carryOut(effect);
    const now = JSON.stringify([state, tally]);
    if (now !== shown) options.onChange(runner);
    shown = now;
    if (isAtRest(state)) for (const tell of rested.splice(0)) tell();
  }

  function carryOut(effect: Effect): void {
    switch (effect.do) {
      case 'start':
        wanted = new AbortController();
        start(wanted.signal).catch(fail).catch(tell);
        break;
      case 'signal':
        signal(effect.step).catch(tell);
        break;
      case 'wake':
        clearTimeout(wake);
        wake = setTimeout(
          () => take(onTimer(state, monotonicMs(), spec.patience)),
          Math.max(0, effect.atMs - monotonicMs()) + 1,
        );
        break;
      case 'cancel-launch':
        wanted.abort();
        break;
    }
  }

  async function start(signal: AbortSignal): Promise<void> {
    if (spec.claim !== undefined) {
      claim = await claimForChild({
        ...spec.claim,
        service: spec.name,
        version: options.version,
        cli: options.cli,
        signal,
        onStatus: (line) => {
          const waitsFor = /^standby: (.*)$/.exec(line)?.[1];
          if (waitsFor === undefined) options.onLine(spec.name, line);
          else take(onWaiting(state, waitsFor));
        },
        onHandOver: (drainMs) => handOver(drainMs, spec.claim?.onConflict),
      });
    }
    if (signal.aborted) {
      await releaseClaim();
      return take(onCancelled(state));
    }
    const started = await startRun({
      command,
      cwd: spec.cwd,
      env: spec.env,
      ...(claim === undefined ? {} : { sharedFds: [claim.lockFd] }),
      onLine: (line) => options.onLine(spec.name, line),
    });
    const startedMs = monotonicMs();
    if (started.kind === 'failed') {
      await releaseClaim();
      return end({ ...unstarted(startedMs), spawnError: started.spawnError });
    }
    const { run } = started;
    const life: Life = { run, startedMs, readySinceMs: undefined, lastStep: undefined };
    live = life;
    publish(run, { name: 'starting', deadlineMonotonicMs: startedMs + spec.patience.startMs });
    take(onSpawned(state, run.pid, startedMs, spec.patience));
    probeAfter(FIRST_PROBE_MS, run);
    await afterEnd(life, await run.ended);
  }

  /** Who stands by comes back when the new owner ends; who does not is stopped. */
  function handOver(drainMs: number, onConflict: OnConflict | undefined): string | undefined {
    const patience = { ...spec.patience, drainMs: (2 * drainMs) / 3, termMs: drainMs / 3 };
    const asked = onHandOverAsked(state, monotonicMs(), patience);
    if (asked === undefined) return `it is ${state.name}`;
    take(onConflict === 'standby' ? asked : onStopAsked(state, monotonicMs(), patience));
    return undefined;
  }

  async function afterEnd(life: Life, exit: Awaited<Run['ended']>): Promise<void> {
    await endLife(life);
    const how = await judgeEnd(life, exit, { state, readiness: spec.readiness });
    if (how === 'handed-over') startAgain();
    else end(how);
  }

  /** Whatever the main process left behind would keep its port and its lock. */
  async function endLife({ run }: Life): Promise<void> {
    clearTimeout(probing);
    clearTimeout(wake);
    if (!(await endRest(run))) options.onLine(spec.name, `processes of run ${run.pid} survive SIGKILL`);
    live = undefined;
    await releaseClaim();
  }

  /** No death: the next one waits for the new owner's end. */
  function startAgain(): void {
    command = spec.commandOnceReady ?? spec.command;
    take(onExit(state, { action: 'restart', atMonotonicMs: monotonicMs(), reason: 'handed over' }));
  }

  /** Of an attempt that failed nothing stays: neither a run that nobody watches nor a lock that would stop the next one. */
  async function fail(thrown: unknown): Promise<void> {
    await (live === undefined ? releaseClaim() : endLife(live));
    const exitCode = thrown instanceof OpsError ? thrown.exitClass : 1;
    end({ ...unstarted(monotonicMs()), exitCode, lastLines: errorText(thrown).split('\n') });
  }

  function tell(thrown: unknown): void {
    options.onLine(spec.name, errorText(thrown));
  }

  /** Counts a death, unless somebody asked for the end, and lets the policy decide. */
  function end(how: Ending): void {
    const asked =
      state.name === 'cancelling' ||
      ('reason' in state && (state.reason === 'asked' || state.reason === 'handed over'));
    const death = toDeath(how);
    if (!asked) tally = countDeath(tally, death, spec.policy);
    const decision = decideRestart(tally, spec.policy, { monotonicMs: monotonicMs(), chance: Math.random() });
    if (decision.action === 'give-up' && !asked) {
      tally = { ...tally, givenUp: { reason: decision.reason, wallMs: Date.now() } };
    }
    take(onExit(state, decision));
  }

  async function signal(step: StopStep): Promise<void> {
    if (live === undefined) return;
    live.lastStep = step;
    await climbStopLadder(step, live.run, spec);
  }

  function probeAfter(delayMs: number, run: Run): void {
    clearTimeout(probing);
    probing = setTimeout(() => {
      probeService(spec.readiness, run, spec.probe.timeoutMs)
        .catch((thrown: unknown) => ({ kind: 'silent' as const, why: errorText(thrown) }))
        .then((result) => {
          if (live?.run !== run) return;
          const before = state.name;
          take(onProbe(state, result, monotonicMs(), spec.patience));
          if (state.name === 'ready' && before !== 'ready') becomeReady(live);
          probeAfter(state.name === 'starting' ? FIRST_PROBE_MS : spec.probe.everyMs, run);
        });
    }, delayMs);
  }

  function becomeReady(now: Life): void {
    now.readySinceMs = monotonicMs();
    command = spec.commandOnceReady ?? spec.command;
    publish(now.run, { name: 'serving' });
  }

  /** The record informs, the lock decides: one that cannot be written ends nobody. */
  function publish(run: Run, as: HolderState): void {
    try {
      claim?.publish(run, as);
    } catch (thrown) {
      tell(thrown);
    }
  }

  async function releaseClaim(): Promise<void> {
    const held = claim;
    claim = undefined;
    await held?.release();
  }
}

/** 200 ms: while a service starts it is asked often, so that it counts as ready soon after it is. */
const FIRST_PROBE_MS = 200;

function isAtRest(state: ServiceState): boolean {
  return state.name === 'stopped' || state.name === 'unkillable';
}
