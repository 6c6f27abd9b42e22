import * as z from 'zod/mini';

/**
 * Ours, on top of protocol 3: what a node decided about a run, as `decision` inside the payloads of `exec.denied` and
 * `exec.finished`. Sent to gateways that list the method `exec.approvals.log`; they write it into their audit.
 */
export const runDecisionSchema = z.object({
  /** `id` of the `node.invoke.request` being answered. */
  invokeId: z.string(),
  /** Stable word for the reason: `covered`, `full`, `miss`, … */
  code: z.string(),
  reason: z.string(),
  /** The entries that cover the run. */
  rule: z.optional(z.string()),
  programs: z.array(
    z.object({
      /** As people may see them: secrets are masked. */
      words: z.array(z.string()),
      /** The real path, when it was found. */
      path: z.optional(z.string()),
      covered: z.boolean(),
      rule: z.optional(z.string()),
      /** "Always" may store it with exactly these arguments, and nothing in them was masked. */
      storable: z.boolean(),
    }),
  ),
});

export type RunDecision = z.infer<typeof runDecisionSchema>;
