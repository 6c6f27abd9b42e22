import { errorText, OpsError } from '../state/index.ts';
import { askToStop } from './ask-to-stop.ts';
import { type ChildClaim, claimForChild } from './claim-for-child.ts';
import { type Ending, toDeath } from './death.ts';
import type { OnConflict } from './decide-start.ts';
import { readHolder } from './holder-record.ts';
import { judgeHolder } from './judge-holder.ts';
import { probeService } from './probe-service.ts';
import { monotonicMs } from './process-facts.ts';
import { countDeath, decideRestart, type Tally } from './restart-policy.ts';
import { type Run, startRun } from './run.ts';
import { endRest, killRun, signalProcess } from './run-processes.ts';
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

type Live = { run: Run; startedMs: number; readySinceMs: number | undefined; lastStep: StopStep | undefined };

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
  let live: Live | undefined;
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
        start(wanted.signal).catch((thrown: unknown) => fail(thrown));
        break;
      case 'signal':
        signal(effect.step).catch((thrown: unknown) => options.onLine(spec.name, errorText(thrown)));
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
      return end({ ...ending(startedMs), spawnError: started.spawnError });
    }
    const { run } = started;
    live = { run, startedMs, readySinceMs: undefined, lastStep: undefined };
    claim?.publish(run, { name: 'starting', deadlineMonotonicMs: startedMs + spec.patience.startMs });
    take(onSpawned(state, run.pid, startedMs, spec.patience));
    probeAfter(FIRST_PROBE_MS, run);
    const end_ = await run.ended;
    await afterEnd(run, end_);
  }

  /** Who stands by comes back when the new owner ends; who does not is stopped. */
  function handOver(drainMs: number, onConflict: OnConflict | undefined): string | undefined {
    const patience = { ...spec.patience, drainMs: (2 * drainMs) / 3, termMs: drainMs / 3 };
    const asked = onHandOverAsked(state, monotonicMs(), patience);
    if (asked === undefined) return `it is ${state.name}`;
    take(onConflict === 'standby' ? asked : onStopAsked(state, monotonicMs(), patience));
    return undefined;
  }

  async function afterEnd(run: Run, end_: Awaited<Run['ended']>): Promise<void> {
    clearTimeout(probing);
    clearTimeout(wake);
    // Whatever the main process left behind would keep its port and its lock.
    if (!(await endRest(run))) options.onLine(spec.name, `processes of run ${run.pid} survive SIGKILL`);
    const { startedMs, readySinceMs, lastStep } = live ?? {
      startedMs: monotonicMs(),
      readySinceMs: undefined,
      lastStep: undefined,
    };
    live = undefined;
    await releaseClaim();
    if (!('reason' in state) && end_.exitCode === 0 && (await isHandedOver(run))) return startAgain();
    const stoppedFor =
      'reason' in state && (state.reason === 'stuck' || state.reason === 'not ready') ? state.reason : null;
    end({
      ...ending(startedMs),
      ...end_,
      endedBy: lastStep ?? null,
      readyMs: readySinceMs === undefined ? 0 : monotonicMs() - readySinceMs,
      lastLines: run.lastLines(),
      stoppedFor,
    });
  }

  /** A gateway that hands over ends by itself, after the new owner has published that it serves. */
  async function isHandedOver(run: Run): Promise<boolean> {
    if (spec.readiness.kind !== 'gateway') return false;
    const owner = await readHolder(spec.readiness.stateDir);
    if (owner.kind !== 'present' || judgeHolder(owner.record).kind === 'gone') return false;
    return owner.record.pid !== run.pid || owner.record.startTicks !== run.startTicks;
  }

  /** No death: the next one waits for the new owner's end. */
  function startAgain(): void {
    command = spec.commandOnceReady ?? spec.command;
    take(onExit(state, { action: 'restart', atMonotonicMs: monotonicMs(), reason: 'handed over' }));
  }

  function fail(thrown: unknown): void {
    const permanent = thrown instanceof OpsError ? thrown.exitClass : 1;
    end({ ...ending(monotonicMs()), exitCode: permanent, lastLines: errorText(thrown).split('\n') });
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
    const { run } = live;
    switch (step) {
      case 'drain': {
        const { readiness } = spec;
        const heard =
          readiness.kind === 'gateway' && (await askToStop(readiness.stateDir, run, spec.patience.drainMs));
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

  function becomeReady(now: Live): void {
    now.readySinceMs = monotonicMs();
    command = spec.commandOnceReady ?? spec.command;
    claim?.publish(now.run, { name: 'serving' });
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

function ending(startedMs: number): Ending {
  const nowMs = monotonicMs();
  return {
    exitCode: null,
    signal: null,
    spawnError: null,
    endedBy: null,
    durationMs: nowMs - startedMs,
    readyMs: 0,
    at: { wallMs: Date.now(), monotonicMs: nowMs },
    lastLines: [],
    stoppedFor: null,
  };
}
