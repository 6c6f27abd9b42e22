import { assertNever } from '../state/index.ts';
import type { RestartDecision } from './restart-policy.ts';

/** Why a run is being ended. */
export type StopReason = 'asked' | 'handed over' | 'stuck' | 'not ready';
export type StopStep = 'drain' | 'term' | 'kill';

/** One service as its supervisor sees it. `up` (a process runs) and `ready` (it answers) are two facts. */
export type ServiceState =
  | { name: 'stopped' }
  /** A start is on its way: lock, port, program. */
  | { name: 'launching' }
  /** The start that is on its way shall not happen any more. */
  | { name: 'cancelling' }
  /** Another process owns the service; we wait in the kernel. `pid` is our waiting child, if the child does the waiting. */
  | { name: 'standby'; pid: number | undefined; owner: string }
  | { name: 'starting'; pid: number; deadlineMs: number }
  | { name: 'ready'; pid: number; misses: number }
  | { name: 'stopping'; pid: number; reason: StopReason; step: StopStep; untilMs: number }
  /** Even SIGKILL did not end it (uninterruptible sleep): nothing is started beside it. */
  | { name: 'unkillable'; pid: number; reason: StopReason }
  | { name: 'backoff'; untilMs: number; reason: string }
  | { name: 'given-up'; reason: string };

/** What the process side has to do next. */
export type Effect =
  | { do: 'start' }
  | { do: 'signal'; step: StopStep }
  | { do: 'wake'; atMs: number }
  | { do: 'cancel-launch' };

export type Step = { state: ServiceState; effects: readonly Effect[] };

/** How long each part of a life may take. */
export type Patience = {
  startMs: number;
  drainMs: number;
  termMs: number;
  killMs: number;
  /** Consecutive failed probes after which a ready service counts as stuck. */
  maxMisses: number;
};

/** What a probe found out about a running child. */
export type ProbeResult =
  | { kind: 'ready' }
  /** It says itself that it needs more time, until then (monotonic ms). */
  | { kind: 'starting'; deadlineMs: number | undefined }
  | { kind: 'standby'; owner: string }
  | { kind: 'silent'; why: string };

const stay = (state: ServiceState): Step => ({ state, effects: [] });

/** Somebody wants the service to run: first start, or after `clear`. */
export function onWanted(state: ServiceState): Step {
  switch (state.name) {
    case 'stopped':
    case 'backoff':
    case 'given-up':
      return { state: { name: 'launching' }, effects: [{ do: 'start' }] };
    case 'launching':
    case 'cancelling':
    case 'standby':
    case 'starting':
    case 'ready':
    case 'stopping':
    case 'unkillable':
      return stay(state);
    default:
      return assertNever(state);
  }
}

/** The supervisor itself waits for the lock (a program that knows nothing of our lock). */
export function onWaiting(state: ServiceState, owner: string): Step {
  return state.name === 'launching' ? stay({ name: 'standby', pid: undefined, owner }) : stay(state);
}

/** A child runs. */
export function onSpawned(state: ServiceState, pid: number, nowMs: number, patience: Patience): Step {
  switch (state.name) {
    case 'launching':
    case 'standby': {
      const deadlineMs = nowMs + patience.startMs;
      return { state: { name: 'starting', pid, deadlineMs }, effects: [{ do: 'wake', atMs: deadlineMs }] };
    }
    case 'cancelling':
      return beginStop(pid, 'asked', nowMs, patience);
    case 'stopped':
    case 'backoff':
    case 'given-up':
    case 'starting':
    case 'ready':
    case 'stopping':
    case 'unkillable':
      throw new Error(`cannot happen: a second child while ${state.name}`);
    default:
      return assertNever(state);
  }
}

/** A probe of the child came back. */
export function onProbe(state: ServiceState, result: ProbeResult, nowMs: number, patience: Patience): Step {
  switch (state.name) {
    case 'starting':
    case 'standby':
      if (state.pid === undefined) return stay(state);
      return onProbeOfUnready({ ...state, pid: state.pid }, result, nowMs, patience);
    case 'ready': {
      if (result.kind === 'ready') return stay({ ...state, misses: 0 });
      if (result.kind === 'standby') return stay({ name: 'standby', pid: state.pid, owner: result.owner });
      if (result.kind === 'starting') return restarting(state.pid, result.deadlineMs, nowMs, patience);
      const misses = state.misses + 1;
      return misses < patience.maxMisses
        ? stay({ ...state, misses })
        : beginStop(state.pid, 'stuck', nowMs, patience);
    }
    case 'stopped':
    case 'launching':
    case 'cancelling':
    case 'stopping':
    case 'unkillable':
    case 'backoff':
    case 'given-up':
      // The answer came late: the child is gone or going.
      return stay(state);
    default:
      return assertNever(state);
  }
}

/** The launch was given up before there was a child. */
export function onCancelled(state: ServiceState): Step {
  return state.name === 'cancelling' ? stay({ name: 'stopped' }) : stay(state);
}

/** The child ended, or could not be started; `decision` is what the restart policy says about this death. */
export function onExit(state: ServiceState, decision: RestartDecision): Step {
  switch (state.name) {
    case 'starting':
    case 'ready':
    case 'standby':
    case 'launching':
      return afterDeath(decision);
    case 'cancelling':
      return stay({ name: 'stopped' });
    case 'stopping':
    case 'unkillable':
      if (state.reason === 'asked') return stay({ name: 'stopped' });
      // The next launch waits for the new owner's end.
      if (state.reason === 'handed over') return { state: { name: 'launching' }, effects: [{ do: 'start' }] };
      return afterDeath(decision);
    case 'stopped':
    case 'backoff':
    case 'given-up':
      throw new Error(`cannot happen: a child ended while ${state.name}`);
    default:
      return assertNever(state);
  }
}

/** A timer fired. One that fires late finds another state and does nothing. */
export function onTimer(state: ServiceState, nowMs: number, patience: Patience): Step {
  switch (state.name) {
    case 'starting':
      return nowMs < state.deadlineMs ? stay(state) : beginStop(state.pid, 'not ready', nowMs, patience);
    case 'stopping':
      return nowMs < state.untilMs ? stay(state) : escalate(state, nowMs, patience);
    case 'backoff':
      return nowMs < state.untilMs
        ? stay(state)
        : { state: { name: 'launching' }, effects: [{ do: 'start' }] };
    case 'stopped':
    case 'launching':
    case 'cancelling':
    case 'standby':
    case 'ready':
    case 'unkillable':
    case 'given-up':
      return stay(state);
    default:
      return assertNever(state);
  }
}

/** Somebody wants the service to end. */
export function onStopAsked(state: ServiceState, nowMs: number, patience: Patience): Step {
  switch (state.name) {
    case 'starting':
    case 'ready':
      return beginStop(state.pid, 'asked', nowMs, patience);
    case 'standby':
      return state.pid === undefined
        ? { state: { name: 'cancelling' }, effects: [{ do: 'cancel-launch' }] }
        : beginStop(state.pid, 'asked', nowMs, patience);
    case 'stopping':
    case 'unkillable':
      return stay({ ...state, reason: 'asked' });
    case 'launching':
      return { state: { name: 'cancelling' }, effects: [{ do: 'cancel-launch' }] };
    case 'cancelling':
      return stay(state);
    case 'backoff':
    case 'given-up':
    case 'stopped':
      return stay({ name: 'stopped' });
    default:
      return assertNever(state);
  }
}

/** Another process wants to serve in its place. Undefined when there is nothing to hand over: only a ready service is asked. */
export function onHandOverAsked(state: ServiceState, nowMs: number, patience: Patience): Step | undefined {
  return state.name === 'ready' ? beginStop(state.pid, 'handed over', nowMs, patience) : undefined;
}

type Unready = Extract<ServiceState, { name: 'starting' }> | { name: 'standby'; pid: number; owner: string };

function onProbeOfUnready(state: Unready, result: ProbeResult, nowMs: number, patience: Patience): Step {
  switch (result.kind) {
    case 'ready':
      return stay({ name: 'ready', pid: state.pid, misses: 0 });
    case 'standby':
      return stay({ name: 'standby', pid: state.pid, owner: result.owner });
    case 'starting':
      if (state.name === 'standby') return restarting(state.pid, result.deadlineMs, nowMs, patience);
      return result.deadlineMs === undefined || result.deadlineMs <= state.deadlineMs
        ? stay(state)
        : restarting(state.pid, result.deadlineMs, nowMs, patience);
    case 'silent':
      // The start deadline decides; a standby that is silent is taking over just now.
      return state.name === 'standby' ? restarting(state.pid, undefined, nowMs, patience) : stay(state);
    default:
      return assertNever(result);
  }
}

function restarting(pid: number, deadlineMs: number | undefined, nowMs: number, patience: Patience): Step {
  const until = deadlineMs ?? nowMs + patience.startMs;
  return { state: { name: 'starting', pid, deadlineMs: until }, effects: [{ do: 'wake', atMs: until }] };
}

function afterDeath(decision: RestartDecision): Step {
  if (decision.action === 'give-up') return stay({ name: 'given-up', reason: decision.reason });
  const { atMonotonicMs: untilMs, reason } = decision;
  return { state: { name: 'backoff', untilMs, reason }, effects: [{ do: 'wake', atMs: untilMs }] };
}

/** A stuck program cannot drain: its ladder begins with TERM. */
function beginStop(pid: number, reason: StopReason, nowMs: number, patience: Patience): Step {
  const step = reason === 'asked' || reason === 'handed over' ? 'drain' : 'term';
  return onRung({ pid, reason, step }, nowMs + (step === 'drain' ? patience.drainMs : patience.termMs));
}

function escalate(
  state: Extract<ServiceState, { name: 'stopping' }>,
  nowMs: number,
  patience: Patience,
): Step {
  const { pid, reason } = state;
  switch (state.step) {
    case 'drain':
      return onRung({ pid, reason, step: 'term' }, nowMs + patience.termMs);
    case 'term':
      return onRung({ pid, reason, step: 'kill' }, nowMs + patience.killMs);
    case 'kill':
      return stay({ name: 'unkillable', pid, reason });
    default:
      return assertNever(state.step);
  }
}

function onRung(rung: { pid: number; reason: StopReason; step: StopStep }, untilMs: number): Step {
  return {
    state: { name: 'stopping', ...rung, untilMs },
    effects: [
      { do: 'signal', step: rung.step },
      { do: 'wake', atMs: untilMs },
    ],
  };
}
