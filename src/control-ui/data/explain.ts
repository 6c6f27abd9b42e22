import * as z from 'zod/mini';
import type { MethodParams } from '../../protocol/index.ts';
import type { Link } from '../link/link.ts';
import { t } from '../text/translate.ts';

const program = z.object({
  words: z.array(z.string()),
  path: z.optional(z.string()),
  covered: z.boolean(),
  rule: z.optional(z.string()),
  why: z.string(),
});
export type ExplainedProgram = z.infer<typeof program>;

const schema = z.object({
  decision: z.enum(['allow', 'ask', 'deny']),
  reason: z.string(),
  rule: z.optional(z.string()),
  programs: z.array(program),
  unattended: z.optional(z.enum(['allow', 'deny'])),
  gateway: z.optional(z.object({ mayRun: z.boolean() })),
});
export type Explanation = z.infer<typeof schema>;

/** What a node would decide about a run, and why. @throws `RequestError` not connected, or it cannot explain */
export async function explain(
  link: Link,
  params: MethodParams<'exec.approvals.explain'>,
): Promise<Explanation> {
  const parsed = schema.safeParse(await link.call('exec.approvals.explain', params));
  if (!parsed.success) throw new Error(t('reason.unreadable'));
  return parsed.data;
}
