import { type ApprovalDecision, invalidRequest, RequestError, unavailable } from '../../protocol/index.ts';
import { approvalRequester } from '../approval/settle-run-approval.ts';
import { requesterOf } from './invoke-node.ts';
import { type Call, callerName, type Methods } from './method.ts';

/** Questions to people, and the policy files of this host and of nodes. */
export const approvalMethods: Methods<
  | 'exec.approval.request'
  | 'exec.approval.resolve'
  | 'exec.approval.list'
  | 'exec.approvals.get'
  | 'exec.approvals.set'
  | 'exec.approvals.node.get'
  | 'exec.approvals.node.set'
> = {
  'exec.approval.request': async ({ core, connection }, params) => {
    const shown = {
      command: params.command,
      cwd: params.cwd ?? null,
      host: params.host ?? null,
      security: params.security ?? null,
      ask: params.ask ?? null,
      agentId: params.agentId ?? null,
      resolvedPath: params.resolvedPath ?? null,
      sessionKey: params.sessionKey ?? null,
      ...(params.nodeId == null ? {} : { nodeId: params.nodeId }),
      ...(params.commandArgv === undefined ? {} : { commandArgv: params.commandArgv }),
    };
    const { event, answer } = core.desk.ask({
      id: params.id,
      requester: approvalRequester(connection),
      run: {
        command: params.command,
        cwd: shown.cwd,
        agentId: shown.agentId,
        nodeId: params.nodeId ?? undefined,
        argv: params.commandArgv,
        env: params.env ?? undefined,
      },
      shown,
      timeoutMs: params.timeoutMs,
      nowMs: core.now(),
    });
    core.connections.broadcast('exec.approval.requested', event, { whenSlow: 'skip' });
    const isSeen = core.connections.hasAudience('exec.approval.requested', connection.id);
    if (params.requireDeliveryRoute === true && !isSeen) core.desk.withdraw(event.id);
    return answer;
  },

  'exec.approval.resolve': ({ core, connection }, { id, decision }) => {
    if (!isDecision(decision)) throw invalidRequest('invalid decision');
    const by = callerName(connection);
    if (!core.desk.resolve(id, decision, by)) throw invalidRequest('unknown approval id');
    core.audit({
      actor: requesterOf(connection),
      action: 'approval.resolve',
      subject: id,
      detail: { decision },
    });
    const event = { id, decision, resolvedBy: by, ts: core.now() };
    core.connections.broadcast('exec.approval.resolved', event, { whenSlow: 'skip' });
    return { ok: true };
  },

  'exec.approval.list': ({ core }) => core.desk.list(),

  'exec.approvals.get': async ({ core }) => {
    const { policySnapshot } = await import('../../approvals/index.ts');
    return policySnapshot(core.paths.execApprovals);
  },

  'exec.approvals.set': async ({ core, connection }, { file, baseHash }) => {
    const { replacePolicyFile } = await import('../../approvals/index.ts');
    const outcome = replacePolicyFile(core.paths.execApprovals, { file, baseHash, speaker: 'gateway' });
    if (outcome.kind === 'refused') throw invalidRequest(outcome.message);
    core.audit({ actor: requesterOf(connection), action: 'approvals.set', subject: 'gateway' });
    return outcome.snapshot;
  },

  'exec.approvals.node.get': (call, { nodeId }) => askNode(call, nodeId, 'system.execApprovals.get', {}),

  'exec.approvals.node.set': async (call, { nodeId, file, baseHash }) => {
    const params = { file, ...(baseHash === undefined ? {} : { baseHash }) };
    const snapshot = await askNode(call, nodeId, 'system.execApprovals.set', params);
    call.core.audit({ actor: requesterOf(call.connection), action: 'approvals.set', subject: nodeId.trim() });
    return snapshot;
  },
};

/** The node's own answer; its errors come in `details.nodeError`, being offline too (gateway-protocol §15). */
async function askNode({ core }: Call, wanted: string, command: string, params: object): Promise<unknown> {
  const nodeId = wanted.trim();
  if (nodeId === '') throw invalidRequest('nodeId required');
  const node = core.nodes.serving(nodeId);
  if (node === undefined) {
    const nodeError = { code: 'NOT_CONNECTED', message: 'node not connected' };
    throw unavailable('node not connected', { nodeError });
  }
  const { payload } = await core.invokes.call(node, { nodeId, command, paramsJson: JSON.stringify(params) });
  if (payload === undefined)
    throw new RequestError({ code: 'UNAVAILABLE', message: 'node sent no approvals' });
  return payload;
}

function isDecision(decision: string): decision is ApprovalDecision {
  return decision === 'allow-once' || decision === 'allow-always' || decision === 'deny';
}
