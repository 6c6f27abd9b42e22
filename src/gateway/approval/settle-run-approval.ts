import { systemRunParamsSchema } from '../../protocol/index.ts';
import type { GatewayCore } from '../core.ts';
import type { ReadyConnection } from '../session/connections.ts';

/** Keys by which a caller could claim that somebody approved. Only the gateway sets them. */
const CLAIMS = ['approved', 'approvalDecision', 'approvalSource'] as const;

/**
 * The parameters to send to the node: whatever approval the caller claims is taken out; it is put back only when the
 * gateway holds an unused answer to this very question of this very requester (the reference believes the caller).
 */
export function settleRunApproval(
  core: GatewayCore,
  connection: ReadyConnection,
  run: { nodeId: string; command: string; params: unknown },
): unknown {
  const { params } = run;
  if (typeof params !== 'object' || params === null || Array.isArray(params)) return params;
  const claimless = Object.fromEntries(
    Object.entries(params).filter(([key]) => !CLAIMS.some((claim) => claim === key)),
  );
  if (run.command !== 'system.run' || !('approved' in params) || params.approved !== true) return claimless;
  const parsed = systemRunParamsSchema.safeParse(claimless);
  if (!parsed.success) return claimless;
  const { command: argv, rawCommand, cwd, agentId, env } = parsed.data;
  const wanted = {
    nodeId: run.nodeId,
    argv,
    rawCommand: rawCommand ?? null,
    cwd: cwd ?? null,
    agentId: agentId ?? null,
    env: env ?? {},
  };
  const approval = core.desk.consume(approvalRequester(connection), wanted);
  if (approval === undefined) return claimless;
  core.audit({
    actor: connection.peer.deviceId ?? 'shared-secret',
    action: 'run.approved',
    subject: run.nodeId,
    detail: { approval: approval.id, decision: approval.decision },
  });
  return { ...claimless, approved: true, approvalDecision: approval.decision };
}

/** A device may use its answers on another connection (the real CLI makes one per call); without a device only this one. */
export function approvalRequester({ id, peer }: ReadyConnection): string {
  return peer.deviceId === undefined ? `connection ${id}` : `device ${peer.deviceId}`;
}
