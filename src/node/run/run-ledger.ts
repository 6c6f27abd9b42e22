/** What the ledger says about a request that names a run. */
type LedgerEntry<Reply> =
  /** It runs or ran; this is its reply. */
  | { kind: 'known'; reply: Promise<Reply> }
  /** It ran, but the reply was dropped to bound memory. */
  | { kind: 'forgotten' }
  /** The key belongs to a run of something else. */
  | { kind: 'conflict'; key: string };

export type RunLedger<Reply> = {
  /** Undefined: none of the keys was used so far. */
  find(keys: readonly string[], fingerprint: string): LedgerEntry<Reply> | undefined;
  /** Notes that the run starts now. `sizeOf` the settled reply counts against the byte limit. */
  record(keys: readonly string[], fingerprint: string, reply: Promise<Reply>): void;
};

export type LedgerLimits<Reply> = {
  /** Keys that are remembered at all; older ones could run again. */
  maxKeys: number;
  /** Memory for settled replies. */
  maxReplyBytes: number;
  sizeOf(reply: Reply): number;
};

type Record<Reply> = {
  fingerprint: string;
  reply: Promise<Reply> | undefined;
  bytes: number;
  keys: readonly string[];
};

/**
 * Remembers what was started, so that one idempotency key or run id runs at most once in the life of this process,
 * also when the caller comes back over another connection. Bounded: the oldest replies go first, then the oldest keys.
 * Only what was started is recorded: a refused run may come again with an approval.
 */
export function createRunLedger<Reply>(limits: LedgerLimits<Reply>): RunLedger<Reply> {
  /** In the order of insertion, which is the order of age. */
  const byKey = new Map<string, Record<Reply>>();
  const settled = new Set<Record<Reply>>();
  let bytes = 0;

  return {
    find(keys, fingerprint) {
      for (const key of keys) {
        const found = byKey.get(key);
        if (found === undefined) continue;
        if (found.fingerprint !== fingerprint) return { kind: 'conflict', key };
        return found.reply === undefined ? { kind: 'forgotten' } : { kind: 'known', reply: found.reply };
      }
      return undefined;
    },
    record(keys, fingerprint, reply) {
      const record: Record<Reply> = { fingerprint, reply, bytes: 0, keys };
      for (const key of keys) byKey.set(key, record);
      for (const key of byKey.keys()) {
        if (byKey.size <= limits.maxKeys) break;
        forget(key);
      }
      void reply.then((value) => {
        record.bytes = limits.sizeOf(value);
        bytes += record.bytes;
        settled.add(record);
        for (const old of settled) {
          if (bytes <= limits.maxReplyBytes) break;
          dropReply(old);
        }
      });
    },
  };

  function forget(key: string): void {
    const record = byKey.get(key);
    byKey.delete(key);
    if (record !== undefined) dropReply(record);
  }

  function dropReply(record: Record<Reply>): void {
    if (settled.delete(record)) bytes -= record.bytes;
    record.reply = undefined;
  }
}
