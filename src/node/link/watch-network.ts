import { networkInterfaces } from 'node:os';

/** Tells when this machine was taken off its network and put back, or was asleep. */
export type NetworkWatch = {
  /** Calls `listener` at every change until the function given back is called. */
  onChange(listener: () => void): () => void;
  /** Waits, and comes back early, without complaint, at a change or when the signal aborts. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
  stop(): void;
};

/** 1.5 s: a look costs 50 µs, and a node has to be back within 5 s. */
const LOOK_EVERY_MS = 1_500;
/** So much later than planned means that the machine was suspended (timers stand still then, the wall clock does not). */
const ASLEEP_MS = 10_000;

/**
 * Looks at the addresses of interfaces that are up and have a carrier (libuv lists no others) and at the clock. Without
 * it a node waits out its pause, up to 30 s, and a connection that died while the cable was out is noticed after 50 s.
 */
export function watchNetwork(
  look: { addresses: () => string; now: () => number } = { addresses: listAddresses, now: Date.now },
): NetworkWatch {
  const listeners = new Set<() => void>();
  let addresses = look.addresses();
  let lookedAt = look.now();
  const timer = setInterval(() => {
    const [before, then] = [addresses, lookedAt];
    addresses = look.addresses();
    lookedAt = look.now();
    // Losing an interface is no reason to hurry; only what is there now can lead somewhere.
    const isBetter = addresses !== before && addresses.length > 0;
    if (isBetter || lookedAt - then > ASLEEP_MS) for (const listener of [...listeners]) listener();
  }, LOOK_EVERY_MS);
  timer.unref();
  const onChange = (listener: () => void) => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  };
  return {
    onChange,
    wait: (ms, signal) =>
      new Promise((resolve) => {
        const end = () => {
          clearTimeout(pause);
          off();
          signal.removeEventListener('abort', end);
          resolve();
        };
        // The timer keeps the process alive (F-62).
        const pause = setTimeout(end, ms);
        const off = onChange(end);
        signal.addEventListener('abort', end, { once: true });
        if (signal.aborted) end();
      }),
    stop: () => clearInterval(timer),
  };
}

function listAddresses(): string {
  return Object.entries(networkInterfaces())
    .flatMap(([name, all = []]) =>
      all.filter(({ internal }) => !internal).map(({ address }) => `${name} ${address}`),
    )
    .toSorted()
    .join('\n');
}
