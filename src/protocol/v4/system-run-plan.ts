import * as z from 'zod/mini';

const nullableText = z.nullable(z.string());

/**
 * What exactly a run would start, as `system.run.prepare` of a node says it and an approval is bound to it
 * (protocol-now §9.1). Closed, as in the reference: what is not known here would not be compared either.
 */
export const systemRunPlanSchema = z.strictObject({
  argv: z.array(z.string()).check(z.minLength(1)),
  /** The real path of the directory. */
  cwd: nullableText,
  /** The quoted `argv`: what people are shown. */
  commandText: z.string(),
  /** The text inside a shell wrapper. */
  commandPreview: z.optional(nullableText),
  agentId: nullableText,
  sessionKey: nullableText,
  /** The policy the node decided by. */
  policySnapshot: z.optional(
    z.strictObject({
      security: z.string(),
      ask: z.string(),
      askFallback: z.string(),
      autoAllowSkills: z.boolean(),
      allowlistRules: z.array(z.unknown()),
    }),
  ),
  /** One file the run depends on, with its content's digest. */
  mutableFileOperand: z.optional(
    z.nullable(z.strictObject({ argvIndex: z.int().check(z.gte(0)), path: z.string(), sha256: z.string() })),
  ),
});

export type SystemRunPlan = z.infer<typeof systemRunPlanSchema>;

/** The answer of `system.run.prepare`; other fields are for callers that edit allowlists. */
export const preparedRunSchema = z.looseObject({ plan: systemRunPlanSchema });
