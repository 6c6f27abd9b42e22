/**
 * What a caller (shell, unit, supervisor) should conclude from an exit status.
 * 0 done, 1 unexpected, 69 a dependency refuses for good, 75 try again later, 78 retrying will not help.
 * Values follow sysexits.h (EX_UNAVAILABLE 69, EX_TEMPFAIL 75, EX_CONFIG 78).
 */
export type ExitClass = 0 | 1 | 69 | 75 | 78;

/**
 * Every code an {@link OpsError} may carry, with the exit class it implies.
 * Codes are stable for ever: add new ones, never rename or reuse one.
 */
const OPS_CODES = {
  'state/unreadable': 78,
  'state/damaged': 78,
  'state/write': 1,
  'state/owner': 78,
  'state/newer': 78,
  'config/invalid': 78,
  'config/missing': 78,
  'config/unknown-key': 1,
  'config/changed': 75,
  'config/path': 1,
  'identity/damaged': 78,
  'lock/held': 78,
  'lock/unavailable': 69,
  'port/in-use': 78,
  'port/bind': 78,
  'gateway/refused': 1,
  'gateway/unreachable': 75,
  'gateway/timeout': 75,
  'gateway/closed': 75,
  'gateway/bad-frame': 1,
  'gateway/auth-missing': 78,
  'node/unknown': 1,
  'node/ambiguous': 1,
  'approvals/damaged': 78,
  'approvals/changed': 75,
  'tls/pin-mismatch': 78,
  'tailnet/denied': 69,
  'tailnet/not-enabled': 69,
  'tailnet/unavailable': 69,
  'tailnet/starting': 75,
  'tailnet/occupied': 78,
  'tailnet/failed': 1,
  'unit/value': 78,
  'unit/no-systemd': 69,
  'unit/no-bus': 69,
  'unit/systemctl': 1,
  'unit/refused': 78,
  'unit/inactive': 1,
  usage: 1,
  'child/spawn': 1,
  'child/died': 1,
  'runtime/too-old': 78,
  internal: 1,
} as const satisfies Record<string, ExitClass>;

export type OpsCode = keyof typeof OPS_CODES;

/** One command or sentence that makes the problem go away. Commands are argument vectors, never shell text. */
export type Remedy = { kind: 'run'; command: readonly string[] } | { kind: 'read'; text: string };

/**
 * The one error class. The message starts with the failed intention (`cannot …`), then the object, then the cause.
 * `evidence` holds plain values only (no secrets: they end up in logs and reports).
 */
export class OpsError extends Error {
  readonly code: OpsCode;
  readonly exitClass: ExitClass;
  readonly remedies: readonly Remedy[];
  readonly evidence: Readonly<Record<string, unknown>>;

  constructor(
    code: OpsCode,
    message: string,
    options: {
      cause?: unknown;
      remedies?: readonly Remedy[];
      evidence?: Readonly<Record<string, unknown>>;
    } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'OpsError';
    this.code = code;
    this.exitClass = OPS_CODES[code];
    this.remedies = options.remedies ?? [];
    this.evidence = options.evidence ?? {};
  }
}

/** The text of anything thrown, without a stack: `message`, else its string form. */
export function errorText(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** The system error code (`ENOENT`, `EACCES`, …) of anything thrown, else undefined. */
export function systemErrorCode(thrown: unknown): string | undefined {
  if (thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string') return thrown.code;
  return undefined;
}
