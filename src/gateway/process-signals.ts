const STOP_SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

/**
 * SIGTERM, SIGINT and SIGHUP (its terminal is gone) stop the gateway; a further one ends the drain. SIGUSR1 is taken
 * so that Node does not open its debugger port on it (nodejs.org: "Signal events"); what it means is up to
 * `onRestart`.
 */
export class ProcessSignals {
  /** Replaced once the gateway can restart. */
  onRestart: () => void = () => {};
  readonly #again = Promise.withResolvers<void>();
  #count = 0;
  readonly #onStop: () => void;
  readonly #listener = (): void => this.stop();
  readonly #restartListener = (): void => this.onRestart();

  constructor(onStop: () => void) {
    this.#onStop = onStop;
    for (const signal of STOP_SIGNALS) process.on(signal, this.#listener);
    process.on('SIGUSR1', this.#restartListener);
  }

  /** Settles at the second demand to stop. */
  get again(): Promise<void> {
    return this.#again.promise;
  }

  stop(): void {
    this.#count += 1;
    if (this.#count === 1) this.#onStop();
    else this.#again.resolve();
  }

  release(): void {
    for (const signal of STOP_SIGNALS) process.off(signal, this.#listener);
    process.off('SIGUSR1', this.#restartListener);
  }
}
