import type { StartPlan } from './plan.ts';

/** Why a decision is what it is, for machines. Stable words. */
export type DecisionCode =
  | 'covered'
  | 'full'
  | 'approved'
  | 'miss'
  | 'ask-always'
  | 'security-deny'
  | 'policy-damaged'
  | 'malformed'
  | 'text-mismatch'
  | 'environment'
  | 'directory'
  | 'not-found'
  | 'unsupported-platform'
  | 'approval-invalid';

/** What was found out about one program of the request, in the order it was read. */
export type ProgramFinding = {
  /** Its words; what is only known when it runs is shown as `<…>`. */
  words: readonly string[];
  /** The real path, when it was found. */
  path?: string;
  covered: boolean;
  /** The entry or table that covers it. */
  rule?: string;
  /** One sentence. */
  why: string;
  /** Its exact arguments, when "always" may store them: known in full, and the program starts nothing with them. */
  storableArgs?: readonly string[];
};

/**
 * The answer. With `allow` the plan is what has to be started. With `ask` it is what would be started if a person
 * agrees: an approval binds it. There is none when nothing could be started anyway.
 */
export type ExecDecision = {
  decision: 'allow' | 'ask' | 'deny';
  code: DecisionCode;
  /** One sentence for people; no secrets of the environment in it. */
  reason: string;
  programs: readonly ProgramFinding[];
  /** The entries that cover the request, as `scope: pattern`. */
  rule?: string;
  plan?: StartPlan;
};
