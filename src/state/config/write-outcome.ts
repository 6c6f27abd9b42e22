import type { Remedy } from '../ops-error.ts';
import type { ConfigIssue } from './issue.ts';

/** Why a write did not happen. */
export type RefusalReason =
  | 'base-hash-required'
  | 'changed'
  | 'syntax'
  | 'invalid'
  | 'unknown-key'
  | 'not-found'
  | 'not-an-object'
  | 'loss'
  | 'mask';

export type WriteRefusal = {
  kind: 'refused';
  reason: RefusalReason;
  /** For people and peers; where the real program has a text it is that one (gateway-protocol section 15). */
  message: string;
  issues: readonly ConfigIssue[];
  remedies: readonly Remedy[];
};

export type WriteOptions = {
  /** Hash of the text the caller saw; a file that changed since is not overwritten. */
  baseHash?: string;
  /** Default `refuse`: a new key nobody reads is most likely a mistake. */
  unknownKeys?: 'refuse' | 'keep';
  /** Default `refuse`: a write that drops most of the settings is a mistake (F-84). */
  loss?: 'refuse' | 'allow';
  env?: Readonly<Record<string, string | undefined>>;
};

/** A refusal as a value. */
export function refusal(
  reason: RefusalReason,
  message: string,
  issues: readonly ConfigIssue[] = [],
  remedies: readonly Remedy[] = [],
): WriteRefusal {
  return { kind: 'refused', reason, message, issues, remedies };
}
