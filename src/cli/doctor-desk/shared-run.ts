/** Dear work whose result is shared: one run at a time, everybody who asks meanwhile gets that one. */
export class SharedRun<T> {
  readonly #work: () => Promise<T>;
  #running: Promise<T> | undefined;
  #last: { value: T; at: number } | undefined;

  constructor(work: () => Promise<T>) {
    this.#work = work;
  }

  /** The last result when it is young enough, else that of a run. A failure is not kept: the next one asks again. */
  async get(maxAgeMs: number): Promise<{ value: T; ageMs: number }> {
    const last = this.#last;
    if (last !== undefined) {
      const ageMs = Math.round(performance.now() - last.at);
      if (ageMs <= maxAgeMs) return { value: last.value, ageMs };
    }
    this.#running ??= this.#start();
    return { value: await this.#running, ageMs: 0 };
  }

  /** Does something that must not happen beside a run and after which the last result is worth nothing. */
  async exclusively<U>(work: () => Promise<U>): Promise<U> {
    while (this.#running !== undefined) await this.#running.catch(() => {});
    this.#last = undefined;
    const done = Promise.withResolvers<void>();
    // Whoever asks meanwhile gets a run of afterwards.
    this.#running = done.promise.then(() => this.#start());
    this.#running.catch(() => {});
    try {
      return await work();
    } finally {
      done.resolve();
    }
  }

  async #start(): Promise<T> {
    try {
      const value = await this.#work();
      this.#last = { value, at: performance.now() };
      return value;
    } finally {
      this.#running = undefined;
    }
  }
}
