import * as z from 'zod/mini';
import { systemRunPlanSchema } from '../v4/system-run-plan.ts';

const label = z.optional(z.nullable(z.string()));

/** Parameters of the node command `system.run` (gateway-protocol §16). Unknown keys are ignored, as the reference does. */
export const systemRunParamsSchema = z.object({
  /** Argument vector; no shell. */
  command: z.array(z.string()).check(z.minLength(1)),
  /** The shell text shown to people. It has to say the same as `command`. */
  rawCommand: label,
  cwd: label,
  env: z.optional(z.nullable(z.record(z.string(), z.string()))),
  /** Absent, null or <= 0: no limit. */
  timeoutMs: z.optional(z.nullable(z.number())),
  needsScreenRecording: z.optional(z.nullable(z.boolean())),
  agentId: label,
  sessionKey: label,
  runId: label,
  approved: z.optional(z.nullable(z.boolean())),
  approvalDecision: label,
  /** Protocol 4: what exactly was approved, as `system.run.prepare` said it. Set by the gateway. */
  systemRunPlan: z.optional(z.nullable(systemRunPlanSchema)),
  /** Ours: what the approval is bound to on the node, as its `explain` said when people were asked. Set by the gateway. */
  approvalBinding: label,
  /** Ours: people were asked and nobody answered, so `askFallback` decides. Set by the gateway. */
  approvalUnanswered: z.optional(z.nullable(z.boolean())),
  /** Ours: the caller wants `exec.output` chunks (see exec-output.ts). */
  stream: z.optional(z.nullable(z.boolean())),
});

export type SystemRunParams = z.infer<typeof systemRunParamsSchema>;

export const systemWhichParamsSchema = z.object({ bins: z.array(z.string()) });
