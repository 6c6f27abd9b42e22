import type { Remedy } from '../state/index.ts';
import type { Evidence, Severity } from './engine/check.ts';
import type { FixStep } from './engine/fix-step.ts';

/** One thing somebody should know. The same list feeds text, JSON and the page. */
export type Finding = {
  /** A check's id, or `doctor/…` for what went wrong in the doctor itself. */
  id: string;
  severity: Severity;
  outcome: 'problem' | 'unknown';
  title: string;
  /** What was found, with the names of the things found. */
  text: string;
  why: string;
  evidence: Evidence;
  remedies: readonly Remedy[];
  /** Whether `doctor --fix` can put it right, and what that risks. */
  fix: { available: boolean; risk?: string; steps: readonly FixStep[] };
  /** Ids of findings and checks that follow from this one and are not shown. */
  hides: readonly string[];
};

/** Whom the report is about. */
export type Subject = {
  stateDir: string;
  config: string;
  profile: string;
  account: string;
  uid: number;
  port: number | undefined;
  version: string;
};

/** The answer of the doctor. */
export type Report = {
  schemaVersion: 1;
  generatedAt: string;
  durationMs: number;
  subject: Subject;
  /** Checks by outcome; hidden ones count in none of the first three. */
  summary: { error: number; warning: number; advice: number; unknown: number; ok: number };
  findings: readonly Finding[];
  checks: readonly {
    id: string;
    outcome: 'ok' | 'problem' | 'unknown' | 'not-applicable' | 'hidden';
    durationMs: number;
    reason?: string;
  }[];
};
