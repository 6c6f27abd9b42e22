import type { CloseInfo } from '../../protocol/index.ts';
import { assertNever } from '../../state/index.ts';
import type { AttemptFailure, FailureClass } from './failure.ts';
import {
  NO_FAILURES,
  pairingDelayMs,
  RESTART_WINDOW_MS,
  type RetryTally,
  restartDelayMs,
  retryDelayMs,
  STABLE_AFTER_MS,
} from './retry-delay.ts';

export type LastError = { text: string; at: number; class: FailureClass | 'lost'; remedy?: string };

/** The gateway a connection goes to. */
export type GatewayIdentity = { url: string; version?: string; host?: string; protocol?: number };

/** `shutdown` of the gateway: null = it did not say that it comes back. */
export type Announcement = { restartExpectedMs: number | null };

/**
 * Where the node host stands. Times are Unix milliseconds. `attempt` counts connection attempts since the node last
 * had a stable connection (or since it started). Every state but `connected` and `stopping` has an attempt running or
 * a time for the next one (F-62).
 */
export type NodeState =
  | {
      state: 'connecting';
      since: number;
      attempt: number;
      lastError?: LastError;
      tally: RetryTally;
      /** Until then a restarted gateway, or one behind a network that came back, is expected and looked for eagerly. */
      expectedUntil?: number;
    }
  | {
      state: 'waiting-for-approval';
      since: number;
      /** Undefined when the gateway did not name it. */
      requestId: string | undefined;
      /** What to type on the gateway machine. */
      approveWith: readonly string[];
      nextAttemptAt: number;
      attempt: number;
      tally: RetryTally;
    }
  | {
      state: 'connected';
      since: number;
      gateway: GatewayIdentity;
      attempt: number;
      tally: RetryTally;
      announced?: Announcement;
      /** The gateway's people have not approved what this node offers (see watch-offer.ts): nothing it is asked works. */
      offerWaiting?: { requestId?: string };
    }
  | {
      state: 'backoff';
      nextAttemptAt: number;
      lastError: LastError;
      attempt: number;
      tally: RetryTally;
      expectedUntil?: number;
    }
  | { state: 'stopping'; since: number };

/** Time and chance, handed in. `random` is in [0, 1). */
export type Moment = { now: number; random: number };

export function initialState(now: number): NodeState {
  return { state: 'connecting', since: now, attempt: 1, tally: NO_FAILURES };
}

/** The time for another attempt has come. While waiting for approval the attempt is part of the waiting. */
export function onAttemptDue(state: NodeState, now: number): NodeState {
  switch (state.state) {
    case 'backoff': {
      const { lastError, tally, expectedUntil } = state;
      const rest = { since: now, attempt: state.attempt + 1, lastError, tally };
      return { state: 'connecting', ...rest, ...(expectedUntil === undefined ? {} : { expectedUntil }) };
    }
    case 'waiting-for-approval':
      return { ...state, attempt: state.attempt + 1 };
    case 'connecting':
    case 'connected':
    case 'stopping':
      return state; // a timer that fires late finds another state and does nothing
    default:
      return assertNever(state);
  }
}

/**
 * The machine is on a network again, or awake: what was unreachable may be there at any moment, but the way to it (a
 * tailnet, say) can need some seconds more. Pauses for other reasons stay (F-65).
 */
export function onNetworkBack(state: NodeState, now: number): NodeState {
  const expectedUntil = now + RESTART_WINDOW_MS;
  switch (state.state) {
    case 'backoff': {
      const { class: why } = state.lastError;
      if (why !== 'unreachable' && why !== 'lost') return state;
      return { ...state, nextAttemptAt: now, tally: { ...state.tally, unreachable: 0 }, expectedUntil };
    }
    case 'connecting':
      return { ...state, tally: { ...state.tally, unreachable: 0 }, expectedUntil };
    case 'waiting-for-approval':
    case 'connected':
    case 'stopping':
      return state; // a connection proves itself, see openNodeSocket
    default:
      return assertNever(state);
  }
}

/** How long the next attempt may take: while somebody is expected back a lost packet is not waited for. */
export function attemptBudgetMs(state: NodeState, now: number): number | undefined {
  const isExpected = state.state === 'connecting' && (state.expectedUntil ?? 0) > now;
  return isExpected ? EAGER_ATTEMPT_MS : undefined;
}

/** An attempt ended without a connection. */
export function onFailure(state: NodeState, failure: AttemptFailure, moment: Moment): NodeState {
  switch (state.state) {
    case 'connecting':
    case 'waiting-for-approval':
      return failure.class === 'pairing'
        ? waitForApproval(state, failure, moment)
        : backOff(state, { ...failure, class: failure.class }, moment);
    case 'backoff':
    case 'connected':
    case 'stopping':
      return state; // the outcome of an attempt that nobody waits for any more
    default:
      return assertNever(state);
  }
}

/** The gateway said hello: network, credentials and pairing are fine. */
export function onHello(state: NodeState, gateway: GatewayIdentity, now: number): NodeState {
  switch (state.state) {
    case 'connecting':
    case 'waiting-for-approval':
      return { state: 'connected', since: now, gateway, attempt: state.attempt, tally: state.tally };
    case 'backoff':
    case 'connected':
    case 'stopping':
      return state;
    default:
      return assertNever(state);
  }
}

/** A second approval is missing, or (undefined) not missing any more. */
export function onOffer(state: NodeState, waiting: { requestId?: string } | undefined): NodeState {
  if (state.state !== 'connected') return state;
  const { offerWaiting: _former, ...rest } = state;
  return waiting === undefined ? rest : { ...rest, offerWaiting: waiting };
}

/** The gateway said that it goes away. */
export function onAnnouncement(state: NodeState, announced: Announcement): NodeState {
  return state.state === 'connected' ? { ...state, announced } : state;
}

/**
 * The connection ended. Only a connection that lived for {@link STABLE_AFTER_MS} forgives earlier failures; a gateway
 * that comes and goes faster is looked for less and less often, also when it announces every restart (F-64).
 */
export function onLost(state: NodeState, close: CloseInfo, { now, random }: Moment): NodeState {
  switch (state.state) {
    case 'connected': {
      const stable = now - state.since >= STABLE_AFTER_MS;
      const announced = state.announced !== undefined || close.code === RESTART_CLOSE_CODE;
      const unreachable = stable ? 0 : state.tally.unreachable + 1;
      const eager = stable || (announced && unreachable <= EAGER_RESTARTS);
      const pauseMs = eager
        ? restartDelayMs(random)
        : retryDelayMs({ class: 'unreachable', failures: unreachable }, random);
      return {
        state: 'backoff',
        nextAttemptAt: now + pauseMs,
        lastError: { text: lostText(close, state.announced), at: now, class: 'lost' },
        attempt: stable ? 0 : state.attempt,
        tally: stable ? NO_FAILURES : { ...state.tally, unreachable },
        ...(eager ? { expectedUntil: now + restartWindowMs(state.announced) } : {}),
      };
    }
    case 'connecting':
    case 'waiting-for-approval':
    case 'backoff':
    case 'stopping':
      return state;
    default:
      return assertNever(state);
  }
}

/** Somebody asked the node to end. There is no way back. */
export function onStop(state: NodeState, now: number): NodeState {
  return state.state === 'stopping' ? state : { state: 'stopping', since: now };
}

/** When the next attempt is due; undefined while connected or stopping, now while one is running. */
export function nextAttemptAt(state: NodeState): number | undefined {
  switch (state.state) {
    case 'connecting':
      return state.since;
    case 'backoff':
    case 'waiting-for-approval':
      return state.nextAttemptAt;
    case 'connected':
    case 'stopping':
      return undefined;
    default:
      return assertNever(state);
  }
}

/** "Service restart" (RFC 6455 registry); the gateway closes with it when it stops and when it restarts. */
const RESTART_CLOSE_CODE = 1012;

/** 3 s: TCP asks after 0, 1 and 3 s whether somebody is there, a new attempt asks at once. A handshake needs far less. */
const EAGER_ATTEMPT_MS = 3_000;

/** So many announced restarts in a row, without a stable connection between them, are met eagerly. */
const EAGER_RESTARTS = 5;

type Trying = Extract<NodeState, { state: 'connecting' | 'waiting-for-approval' }>;

function waitForApproval(
  state: Trying,
  { requestId, retryAfterMs }: AttemptFailure,
  { now, random }: Moment,
): NodeState {
  const since = state.state === 'waiting-for-approval' ? state.since : now;
  return {
    state: 'waiting-for-approval',
    since,
    requestId,
    approveWith:
      requestId === undefined
        ? ['clawdbot', 'nodes', 'pending']
        : ['clawdbot', 'nodes', 'approve', requestId],
    // A gateway that says when to look again holds that look until somebody decides: then it costs next to nothing.
    nextAttemptAt:
      now +
      (retryAfterMs === undefined
        ? pairingDelayMs(now - since, random)
        : retryAfterMs + Math.round(random * 200)),
    attempt: state.attempt,
    // The refusal proves that the network works and that the credentials are accepted.
    tally: NO_FAILURES,
  };
}

function backOff(
  state: Trying,
  failure: AttemptFailure & { class: keyof RetryTally },
  { now, random }: Moment,
): NodeState {
  const expectedUntil = state.state === 'connecting' ? state.expectedUntil : undefined;
  const lastError: LastError = {
    text: failure.text,
    at: now,
    class: failure.class,
    ...(failure.remedy === undefined ? {} : { remedy: failure.remedy }),
  };
  const attempt = state.attempt;
  if (failure.class === 'unreachable' && expectedUntil !== undefined && now < expectedUntil) {
    const pauseMs = Math.max(restartDelayMs(random), failure.retryAfterMs ?? 0);
    return {
      state: 'backoff',
      nextAttemptAt: now + pauseMs,
      lastError,
      attempt,
      tally: state.tally,
      expectedUntil,
    };
  }
  const tally = { ...state.tally, [failure.class]: state.tally[failure.class] + 1 };
  const pauseMs = retryDelayMs({ ...failure, failures: tally[failure.class] }, random);
  return { state: 'backoff', nextAttemptAt: now + pauseMs, lastError, attempt, tally };
}

function restartWindowMs(announced: Announcement | undefined): number {
  // A gateway that says how long it needs gets at least four times that.
  return Math.min(60_000, Math.max(RESTART_WINDOW_MS, 4 * (announced?.restartExpectedMs ?? 0)));
}

function lostText({ code, reason }: CloseInfo, announced: Announcement | undefined): string {
  const why = reason === '' ? 'no reason given' : reason;
  if (announced === undefined) return `the connection was lost (${code}: ${why})`;
  return announced.restartExpectedMs === null ? 'the gateway stopped' : 'the gateway restarts';
}
