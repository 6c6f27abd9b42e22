/**
 * SIGTERM and SIGINT stop the gateway; a further one ends the drain. SIGUSR1 is taken so that Node does not open its
 * debugger port on it (nodejs.org: "Signal events"); what it means is up to `onRestart`.
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
    process.on('SIGTERM', this.#listener).on('SIGINT', this.#listener).on('SIGUSR1', this.#restartListener);
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
    process
      .off('SIGTERM', this.#listener)
      .off('SIGINT', this.#listener)
      .off('SIGUSR1', this.#restartListener);
  }
}
