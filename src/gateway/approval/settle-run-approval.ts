import { systemRunParamsSchema } from '../../protocol/index.ts';
import type { GatewayCore } from '../core.ts';
import type { ReadyConnection } from '../session/connections.ts';
import type { UsedApproval } from './approval-desk.ts';

/** Keys by which a caller could claim that somebody approved. Only the gateway sets them. */
const CLAIMS = [
  'approved',
  'approvalDecision',
  'approvalSource',
  'approvalBinding',
  'approvalUnanswered',
] as const;

export type SettledRun = { params: unknown; approval?: UsedApproval };

/**
 * The parameters to send to the node: whatever approval the caller claims is taken out; it is put back only when the
 * gateway holds an unused answer to this very question of this very requester (the reference believes the caller).
 */
export function settleRunApproval(
  core: GatewayCore,
  connection: ReadyConnection,
  run: { nodeId: string; command: string; params: unknown },
): SettledRun {
  const { params } = run;
  if (typeof params !== 'object' || params === null || Array.isArray(params)) return { params };
  const claimless = Object.fromEntries(
    Object.entries(params).filter(([key]) => !CLAIMS.some((claim) => claim === key)),
  );
  const without = { params: claimless };
  const saysApproved = 'approved' in params && params.approved === true;
  const saysUnanswered = 'approvalUnanswered' in params && params.approvalUnanswered === true;
  if (run.command !== 'system.run' || (!saysApproved && !saysUnanswered)) return without;
  const parsed = systemRunParamsSchema.safeParse(claimless);
  if (!parsed.success) return without;
  const { command: argv, rawCommand, cwd, agentId, env } = parsed.data;
  const wanted = {
    nodeId: run.nodeId,
    argv,
    rawCommand: rawCommand ?? null,
    cwd: cwd ?? null,
    agentId: agentId ?? null,
    env: env ?? {},
  };
  const requester = approvalRequester(connection);
  const approval = saysApproved
    ? core.desk.consume(requester, wanted)
    : core.desk.consumeUnanswered(requester, wanted);
  if (approval === undefined) return without;
  const { nodeBinding } = approval;
  const statement =
    approval.kind === 'answered'
      ? { approved: true, approvalDecision: approval.decision }
      : { approvalUnanswered: true };
  return {
    params: {
      ...claimless,
      ...statement,
      ...(nodeBinding === undefined ? {} : { approvalBinding: nodeBinding }),
    },
    approval,
  };
}

/** A device may use its answers on another connection (the real CLI makes one per call); without a device only this one. */
export function approvalRequester({ id, peer }: ReadyConnection): string {
  return peer.deviceId === undefined ? `connection ${id}` : `device ${peer.deviceId}`;
}
