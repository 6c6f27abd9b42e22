import type { RunDecision } from '../../protocol/index.ts';
import type { UsedApproval } from './approval-question.ts';

/** A run as the audit keeps it: what people may see, never a secret, never an environment value. */
export type ShownRun = { command: string; cwd?: string; agentId?: string; env?: readonly string[] };

/** What becomes known about one run on its way, for its audit row. */
export type RunFacts = { shown?: ShownRun; approval?: UsedApproval; decision?: RunDecision };
