/** A remote command as remembered by the gateway. */
export type RunRecord = {
  runId: string;
  /** Who asked: device id, or a name for device-less callers. Keys of one requester never meet those of another. */
  requester: string;
  idempotencyKey: string;
  nodeId: string;
  command: string;
  /** `lost`: the gateway died meanwhile; nobody knows how it ended. */
  state: 'running' | 'done' | 'lost';
  startedAtMs: number;
  finishedAtMs?: number;
  /** What was answered, JSON text; absent when running, lost, or older than the memory for results. */
  resultJson?: string;
};

export type RunStart = {
  requester: string;
  idempotencyKey: string;
  nodeId: string;
  command: string;
  /** SHA-256 or canonical text of everything that decides what runs; the same key with another one is a conflict. */
  fingerprint: string;
  atMs: number;
};

export type RunBegin =
  | { kind: 'new'; run: RunRecord }
  | { kind: 'running'; run: RunRecord }
  /** Ran already: replay `run.resultJson`; without one, say that the outcome is no longer known. Never run again. */
  | { kind: 'finished'; run: RunRecord }
  | { kind: 'conflict'; run: RunRecord };

export type RunFilter = {
  nodeId?: string;
  requester?: string;
  state?: RunRecord['state'];
  sinceMs?: number;
  limit?: number;
};
