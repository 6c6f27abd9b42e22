import { effect, type ReadonlySignal, signal } from '@preact/signals';
import type { EventFrame } from '../../protocol/index.ts';
import type { Link } from '../link/link.ts';
import { reasonText } from '../text/reason.ts';
import { whenIdle } from './when-idle.ts';

export type ResourceOptions<T> = {
  load: () => Promise<T>;
  /** Loaded again after this long; default never. A value older than twice this is stale. */
  everyMs?: number;
  /** First what is seen first: this one is asked for when the page has drawn that. */
  isLate?: boolean;
  /** Events after which the value is loaded again. */
  events?: readonly string[];
  /** An event that carries enough to change the value at once; undefined leaves it. */
  apply?: (value: T, event: EventFrame) => T | undefined;
};

/** Something the gateway knows, as of when, and what went wrong the last time it was asked. */
export type Resource<T> = {
  readonly value: ReadonlySignal<T | undefined>;
  readonly loadedAtMs: ReadonlySignal<number | undefined>;
  readonly error: ReadonlySignal<string | undefined>;
  readonly everyMs: number | undefined;
  refresh(): Promise<void>;
  /** Follows the gateway until the returned function is called. Several users share one subscription. */
  use(): () => void;
};

/** A change is awaited this long for others beside it: five hundred nodes that come back are one reload. */
const GATHER_MS = 150;

/** Loads on every new connection, on the named events and at an interval, as long as somebody uses it. */
export function createResource<T>(link: Link, options: ResourceOptions<T>): Resource<T> {
  const value = signal<T | undefined>(undefined);
  const loadedAtMs = signal<number | undefined>(undefined);
  const error = signal<string | undefined>(undefined);
  let users = 0;
  let stop: (() => void) | undefined;
  let running: Promise<void> | undefined;
  let isOutdated = false;
  let gatherTimer: ReturnType<typeof setTimeout> | undefined;

  /** One load at a time; a wish that comes meanwhile starts another one after it. */
  function refresh(): Promise<void> {
    if (running !== undefined) {
      isOutdated = true;
      return running;
    }
    running = loadOnce().finally(() => {
      running = undefined;
      if (isOutdated) {
        isOutdated = false;
        void refresh();
      }
    });
    return running;
  }

  async function loadOnce(): Promise<void> {
    try {
      value.value = await options.load();
      loadedAtMs.value = Date.now();
      error.value = undefined;
    } catch (thrown) {
      // Without a connection the link says what is wrong; the value stays and grows old.
      if (link.state.value.kind === 'connected') error.value = reasonText(thrown);
    }
  }

  function start(): () => void {
    const endFollowing = effect(() => {
      if (link.state.value.kind !== 'connected') return undefined;
      if (options.isLate === true) return whenIdle(() => void refresh());
      void refresh();
      return undefined;
    });
    const endListening = link.onEvent((event) => {
      const changed = value.value === undefined ? undefined : options.apply?.(value.value, event);
      if (changed !== undefined) {
        value.value = changed;
        loadedAtMs.value = Date.now();
      }
      if (options.events?.includes(event.event) && gatherTimer === undefined) {
        gatherTimer = setTimeout(() => {
          gatherTimer = undefined;
          void refresh();
        }, GATHER_MS);
      }
    });
    const { everyMs } = options;
    const endAsking = everyMs === undefined ? () => {} : askAgainEvery(everyMs);
    return () => {
      endFollowing();
      endListening();
      endAsking();
      clearTimeout(gatherTimer);
      gatherTimer = undefined;
    };
  }

  /** A tab that nobody sees asks for nothing; when somebody comes back to it, what grew old meanwhile is renewed at once. */
  function askAgainEvery(everyMs: number): () => void {
    const ask = () => {
      if (document.visibilityState === 'visible' && link.state.value.kind === 'connected') void refresh();
    };
    const onSeen = () => {
      if (Date.now() - (loadedAtMs.value ?? 0) > everyMs) ask();
    };
    const timer = setInterval(ask, everyMs);
    document.addEventListener('visibilitychange', onSeen);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', onSeen);
    };
  }

  return {
    value,
    loadedAtMs,
    error,
    everyMs: options.everyMs,
    refresh,
    use() {
      users += 1;
      if (users === 1) stop = start();
      return () => {
        users -= 1;
        if (users === 0) stop?.();
      };
    },
  };
}
