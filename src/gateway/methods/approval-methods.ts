import { type ApprovalDecision, invalidRequest } from '../../protocol/index.ts';
import { askPeople } from '../approval/ask-people.ts';
import { auditExec, namedCaller } from '../approval/exec-audit.ts';
import { askNode } from '../nodes/ask-node.ts';
import { callerName, type Methods } from './method.ts';

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
  'exec.approval.request': ({ core, connection }, params) => askPeople(core, connection, params),

  'exec.approval.resolve': ({ core, connection }, { id, decision }) => {
    if (!isDecision(decision)) throw invalidRequest('invalid decision');
    const outcome = core.desk.resolve(id, decision, namedCaller(connection));
    if (outcome.kind !== 'refused' || outcome.question !== undefined) {
      const action = outcome.kind === 'refused' ? 'exec.answer-refused' : 'exec.answer';
      const nodeId = outcome.question?.run.nodeId;
      if (outcome.kind !== 'repeated')
        auditExec(core, action, { connection, nodeId, detail: { approval: id, answer: decision } });
    }
    switch (outcome.kind) {
      case 'refused':
        throw invalidRequest(outcome.message);
      case 'repeated':
        return { ok: true, repeated: true };
      case 'recorded': {
        const event = { id, decision, resolvedBy: callerName(connection), ts: core.now() };
        core.connections.broadcast('exec.approval.resolved', event, { whenSlow: 'skip' });
        return { ok: true };
      }
    }
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
    const detail = { hash: outcome.snapshot.hash };
    auditExec(core, 'exec.policy', { connection, nodeId: 'gateway', detail });
    return outcome.snapshot;
  },

  'exec.approvals.node.get': ({ core }, { nodeId }) =>
    askNode(core, nodeId, { command: 'system.execApprovals.get', params: {} }),

  'exec.approvals.node.set': async ({ core, connection }, { nodeId, file, baseHash }) => {
    const params = { file, ...(baseHash === undefined ? {} : { baseHash }) };
    const snapshot = await askNode(core, nodeId, { command: 'system.execApprovals.set', params });
    auditExec(core, 'exec.policy', { connection, nodeId: nodeId.trim(), detail: hashOf(snapshot) });
    return snapshot;
  },
};

function hashOf(snapshot: unknown): { hash?: string } {
  return typeof snapshot === 'object' &&
    snapshot !== null &&
    'hash' in snapshot &&
    typeof snapshot.hash === 'string'
    ? { hash: snapshot.hash.slice(0, 64) }
    : {};
}

function isDecision(decision: string): decision is ApprovalDecision {
  return decision === 'allow-once' || decision === 'allow-always' || decision === 'deny';
}
