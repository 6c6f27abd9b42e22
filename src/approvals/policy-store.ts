import { lstatSync } from 'node:fs';
import { OpsError, readTextIfPresent, systemErrorCode, writePrivateFile } from '../state/index.ts';
import {
  deniedSettings,
  type EffectiveSettings,
  effectiveSettings,
  type SettingsBase,
} from './effective-settings.ts';
import { fillIds } from './policy-edit.ts';
import type { PolicyFile } from './policy-schema.ts';
import { EMPTY_POLICY, parsePolicyText, parsePolicyValue, policyHash, renderPolicy } from './policy-text.ts';

/** The policy file as found. `missing` and `valid` can be decided with; `damaged` denies and the file is kept. */
export type LoadedPolicy =
  | { kind: 'missing'; path: string; file: PolicyFile; hash: string; warnings: readonly string[] }
  | { kind: 'valid'; path: string; file: PolicyFile; hash: string; warnings: readonly string[] }
  | {
      kind: 'damaged';
      path: string;
      reason: string;
      hash: string;
      line?: number;
      column?: number;
      warnings: readonly string[];
    };

/** What `exec.approvals.get` answers; the socket token is left out of `file`. */
export type PolicySnapshot = { path: string; exists: boolean; hash: string; file: PolicyFile };

/** Reads `exec-approvals.json`. Never writes, never throws: whatever is wrong becomes `damaged` and so a denial. */
export function loadPolicyFile(path: string): LoadedPolicy {
  const empty = policyHash('');
  try {
    const { refusal, warnings } = inspectFile(path);
    if (refusal !== undefined) return { kind: 'damaged', path, reason: refusal, hash: empty, warnings };
    const text = readTextIfPresent(path);
    if (text === undefined) return { kind: 'missing', path, file: EMPTY_POLICY, hash: empty, warnings };
    return { path, warnings, ...parsePolicyText(text) };
  } catch (cause) {
    const code = systemErrorCode(cause instanceof OpsError ? cause.cause : cause) ?? 'no system code';
    return { kind: 'damaged', path, reason: `the file cannot be read (${code})`, hash: empty, warnings: [] };
  }
}

/** The settings of a loaded file for one agent; a damaged file denies everything. */
export function settingsOf(
  policy: LoadedPolicy,
  options: { agentId?: string | undefined; base?: SettingsBase } = {},
): EffectiveSettings {
  if (policy.kind === 'damaged') return deniedSettings(`${policy.path}: ${describeDamage(policy)}`);
  return effectiveSettings(policy.file, options);
}

/**
 * The snapshot for `exec.approvals.get` and `system.execApprovals.get`.
 * @throws `approvals/damaged` when there is no file to show
 */
export function policySnapshot(path: string): PolicySnapshot {
  const policy = loadPolicyFile(path);
  if (policy.kind === 'damaged') throw damagedError(policy);
  return { path, exists: policy.kind === 'valid', hash: policy.hash, file: withoutToken(policy.file) };
}

/** Who answers: the two real programs word the same refusal differently (gateway-protocol.md section 15). */
export type SnapshotSpeaker = 'gateway' | 'node';

export type ReplaceOutcome =
  | { kind: 'replaced'; snapshot: PolicySnapshot }
  | { kind: 'refused'; because: 'hash-missing' | 'hash-stale' | 'invalid'; message: string };

/**
 * Stores a whole new file if the caller has seen the present one (compare-and-set by hash of the raw text).
 * Without a file no hash is needed, but one that is given must be that of an empty text: the file the caller saw is gone. A missing socket path or token keeps the present one. A damaged file can be
 * replaced by a caller who names its hash; its text is kept beside it as `…damaged-HASH`.
 * @throws `state/write`, `state/unreadable`
 */
export function replacePolicyFile(
  path: string,
  {
    file,
    baseHash,
    speaker,
  }: { file: unknown; baseHash?: string | null | undefined; speaker: SnapshotSpeaker },
): ReplaceOutcome {
  const text = readTextIfPresent(path);
  const given = baseHash?.trim() || undefined;
  if (text !== undefined && given === undefined) {
    return { kind: 'refused', because: 'hash-missing', message: TEXTS[speaker].missing };
  }
  if (given !== undefined && given !== policyHash(text ?? '')) {
    return { kind: 'refused', because: 'hash-stale', message: TEXTS[speaker].stale };
  }
  const wanted = parsePolicyValue(file);
  if (wanted.kind === 'invalid') {
    return { kind: 'refused', because: 'invalid', message: `exec approvals file invalid: ${wanted.reason}` };
  }
  const present = text === undefined ? undefined : parsePolicyText(text);
  if (present?.kind === 'damaged' && text !== undefined) {
    writePrivateFile(`${path}.damaged-${present.hash.slice(0, 12)}`, text);
  }
  const socket = { ...(present?.kind === 'valid' ? present.file.socket : {}), ...wanted.file.socket };
  const complete = fillIds(Object.keys(socket).length > 0 ? { ...wanted.file, socket } : wanted.file);
  writePrivateFile(path, renderPolicy(complete));
  return { kind: 'replaced', snapshot: policySnapshot(path) };
}

const TEXTS = {
  gateway: {
    missing: 'exec approvals base hash required; re-run exec.approvals.get and retry',
    stale: 'exec approvals changed since last load; re-run exec.approvals.get and retry',
  },
  node: {
    missing: 'INVALID_REQUEST: exec approvals base hash required; reload and retry',
    stale: 'INVALID_REQUEST: exec approvals changed; reload and retry',
  },
} as const satisfies Record<SnapshotSpeaker, { missing: string; stale: string }>;

/** The file without the secret of its socket. */
function withoutToken(file: PolicyFile): PolicyFile {
  const { socket, ...rest } = file;
  return socket === undefined
    ? rest
    : { ...rest, socket: socket.path === undefined ? {} : { path: socket.path } };
}

/** A policy that others may write, or that stands behind a link, is not the owner's word. */
function inspectFile(path: string): { refusal?: string; warnings: string[] } {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return { warnings: [] };
  if (stat.isSymbolicLink()) return { refusal: 'it is a symbolic link', warnings: [] };
  if (!stat.isFile()) return { refusal: 'it is not a regular file', warnings: [] };
  const self = process.getuid?.() ?? stat.uid;
  if (stat.uid !== self && stat.uid !== 0) {
    return { refusal: `it belongs to another account (uid ${stat.uid})`, warnings: [] };
  }
  const mode = stat.mode & 0o777;
  const shown = `mode is 0${mode.toString(8)}, should be 0600`;
  if ((mode & 0o022) !== 0) return { refusal: `others may write it (${shown})`, warnings: [] };
  return { warnings: (mode & 0o044) !== 0 ? [`others may read it (${shown})`] : [] };
}

function describeDamage(policy: { reason: string; line?: number; column?: number }): string {
  const place = policy.line === undefined ? '' : ` (line ${policy.line}, column ${policy.column})`;
  return `${policy.reason}${place}`;
}

function damagedError(policy: LoadedPolicy & { kind: 'damaged' }): OpsError {
  return new OpsError('approvals/damaged', `cannot use ${policy.path}: ${describeDamage(policy)}`, {
    remedies: [
      { kind: 'read', text: `Mend ${policy.path}; until then every command is denied. It was not changed.` },
    ],
    evidence: { path: policy.path, hash: policy.hash },
  });
}
