import type { CloseInfo, ConnectOutcome, EventFrame, GatewayConnection } from '../../protocol/index.ts';
import { classifyOutcome } from './failure.ts';
import {
  type Announcement,
  attemptBudgetMs,
  type GatewayIdentity,
  initialState,
  type NodeState,
  nextAttemptAt,
  onAnnouncement,
  onAttemptDue,
  onFailure,
  onHello,
  onLost,
  onNetworkBack,
  onStop,
} from './node-state.ts';

/** A connection in use. */
export type Session = {
  onEvent(event: EventFrame): void;
  readonly closed: Promise<CloseInfo>;
  /** Closes with 1000 and waits for the peer, but not for long. */
  stop(): Promise<void>;
};

export type LinkDeps = {
  clock: { now(): number; random(): number; wait(ms: number, signal: AbortSignal): Promise<void> };
  /**
   * One attempt, within `budgetMs` (undefined: the usual time); events of the connection go to `onEvent`, from the first
   * one on. Never rejects.
   */
  attempt(
    onEvent: (event: EventFrame) => void,
    signal: AbortSignal,
    budgetMs: number | undefined,
  ): Promise<ConnectOutcome>;
  /** Calls back when the machine is on a network again or awake, until the function given back is called. */
  onNetworkBack(listener: () => void): () => void;
  openSession(connection: GatewayConnection): Session;
  identify(connection: GatewayConnection): GatewayIdentity;
  publish(state: NodeState): void;
  signal: AbortSignal;
};

/**
 * Keeps this node connected until it is told to stop; nothing else ends it (F-62). All decisions are those of
 * node-state.ts, here they are carried out.
 */
export async function keepLink(deps: LinkDeps): Promise<void> {
  const { clock, signal } = deps;
  let state = initialState(clock.now());
  const become = (next: NodeState) => {
    state = next;
    deps.publish(state);
  };
  deps.publish(state);
  // An attempt that began without a network would wait for its lost packets; it is begun anew.
  let attempting = new AbortController();
  const stopListening = deps.onNetworkBack(() => {
    const next = onNetworkBack(state, clock.now());
    if (next !== state) become(next);
    attempting.abort();
  });
  while (!signal.aborted) {
    const session = await tryOnce();
    if (session !== undefined) await live(session);
    const dueAt = nextAttemptAt(state) ?? clock.now();
    await clock.wait(Math.max(0, dueAt - clock.now()), signal);
    if (!signal.aborted) become(onAttemptDue(state, clock.now()));
  }
  stopListening();
  if (state.state !== 'stopping') become(onStop(state, clock.now()));

  async function tryOnce(): Promise<Session | undefined> {
    let session: Session | undefined;
    const early: EventFrame[] = [];
    attempting = new AbortController();
    const outcome = await deps.attempt(
      (event) => {
        // Events right behind the hello arrive before the promise of the hello has been followed.
        if (session === undefined) early.push(event);
        else deliver(session, event);
      },
      AbortSignal.any([signal, attempting.signal]),
      attemptBudgetMs(state, clock.now()),
    );
    if (outcome.kind === 'aborted' && !signal.aborted) return undefined;
    if (outcome.kind !== 'connected') {
      const moment = { now: clock.now(), random: clock.random() };
      if (!signal.aborted) become(onFailure(state, classifyOutcome(outcome), moment));
      return undefined;
    }
    become(onHello(state, deps.identify(outcome.connection), clock.now()));
    session = deps.openSession(outcome.connection);
    for (const event of early) deliver(session, event);
    return session;
  }

  function deliver(session: Session, event: EventFrame): void {
    const announced = announcementOf(event);
    if (announced !== undefined) become(onAnnouncement(state, announced));
    session.onEvent(event);
  }

  async function live(session: Session): Promise<void> {
    const stopped = Promise.withResolvers<undefined>();
    const onAbort = () => stopped.resolve(undefined);
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
    const close = await Promise.race([session.closed, stopped.promise]);
    signal.removeEventListener('abort', onAbort);
    if (close === undefined) {
      become(onStop(state, clock.now()));
      await session.stop();
    } else become(onLost(state, close, { now: clock.now(), random: clock.random() }));
  }
}

function announcementOf({ event, payload }: EventFrame): Announcement | undefined {
  if (event !== 'shutdown') return undefined;
  const expected =
    typeof payload === 'object' && payload !== null ? Reflect.get(payload, 'restartExpectedMs') : undefined;
  return { restartExpectedMs: typeof expected === 'number' && expected >= 0 ? expected : null };
}
