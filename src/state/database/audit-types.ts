/** One thing that happened and who caused it. Values must be plain and free of secrets. */
export type AuditEntry = {
  atMs: number;
  /** Device id, `cli`, `gateway`, `local`, … */
  actor: string;
  /** Dotted verb: `device.approve`, `token.revoke`, `run.start`. */
  action: string;
  /** What it was done to: a device id, a path, a run id. */
  subject: string;
  detail?: Readonly<Record<string, unknown>>;
};

/** A stored entry. `hash` covers all other fields and `prevHash`, so no row can be changed or taken out unnoticed. */
export type AuditRow = AuditEntry & { seq: number; prevHash: string; hash: string };

export type AuditFilter = {
  afterSeq?: number;
  action?: string;
  /** The part of the action before the dot. */
  family?: string;
  actor?: string;
  subject?: string;
  sinceMs?: number;
  untilMs?: number;
  /** Newest rows are kept when there are more. Default 200. */
  limit?: number;
};

export type AuditVerdict =
  | { kind: 'intact'; rows: number; head: string }
  | { kind: 'broken'; seq: number; reason: string };
