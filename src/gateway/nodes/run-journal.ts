import type { AuditEntry, RunBegin, RunStart, Store } from '../../state/index.ts';

/** How a run ended: for a retry under its key, and for the audit. */
export type RunEnd = { runId: string; atMs: number; resultJson: string; audit: AuditEntry };

/** How long finished runs are gathered before they are written together. */
const GATHER_MS = 50;

/**
 * The durable side of `system.run`: a key is claimed on disk before the node hears of it, so it runs at most once
 * across a crash of the gateway. Ends are written in batches; one that is lost leaves the run as `lost`, never as
 * runnable again.
 */
export class RunJournal {
  readonly #store: Store;
  #ended: RunEnd[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(store: Store) {
    this.#store = store;
  }

  begin(start: RunStart): RunBegin {
    return this.#store.runs.begin(start);
  }

  end(end: RunEnd): void {
    this.#ended.push(end);
    this.#timer ??= setTimeout(() => this.flush(), GATHER_MS);
  }

  /** Writes what is gathered. Also to be called before the database is closed. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const ended = this.#ended;
    this.#ended = [];
    if (ended.length === 0) return;
    this.#store.transaction(() => {
      for (const { runId, atMs, resultJson, audit } of ended) {
        this.#store.runs.finish(runId, { atMs, resultJson });
        this.#store.audit.append(audit);
      }
    });
  }
}
