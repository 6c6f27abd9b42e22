import * as z from 'zod/mini';
import type { Link } from '../link/link.ts';
import { t } from '../text/translate.ts';
import { listOf, property } from './wire.ts';

const text = z.optional(z.string());

const rowSchema = z.object({
  seq: z.number(),
  atMs: z.number(),
  actor: z.string(),
  action: z.string(),
  subject: z.string(),
  detail: z.optional(
    z.looseObject({
      command: text,
      cwd: text,
      agentId: text,
      by: text,
      approvedBy: text,
      answer: text,
      approval: text,
      outcome: text,
      exitCode: z.optional(z.number()),
      signal: text,
      error: text,
      reason: text,
      why: text,
      hash: text,
    }),
  ),
});
export type AuditRow = z.infer<typeof rowSchema>;

const verdictSchema = z.union([
  z.object({ kind: z.literal('intact'), rows: z.number(), head: z.string() }),
  z.object({ kind: z.literal('broken'), seq: z.number(), reason: z.string() }),
]);
export type AuditVerdict = z.infer<typeof verdictSchema>;

/** What was asked, answered and run, newest first (`exec.approvals.log`). */
export async function loadAudit(link: Link, wanted: { nodeId?: string; limit: number }): Promise<AuditRow[]> {
  const answer = await link.call('exec.approvals.log', wanted);
  return listOf(rowSchema, property(answer, 'rows')).reverse();
}

/** Walks the whole chain on the gateway. */
export async function checkAudit(link: Link): Promise<AuditVerdict> {
  const answer = await link.call('exec.approvals.log', { limit: 1, verify: true }, { timeoutMs: 60_000 });
  const parsed = verdictSchema.safeParse(property(answer, 'verdict'));
  if (!parsed.success) throw new Error(t('reason.unreadable'));
  return parsed.data;
}
