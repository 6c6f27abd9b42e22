import { invalidRequest } from '../../protocol/index.ts';
import { auditExec } from '../approval/exec-audit.ts';
import { askNode } from '../nodes/ask-node.ts';
import type { Methods } from './method.ts';

/** The policy files of this host and of nodes. */
export const policyMethods: Methods<
  'exec.approvals.get' | 'exec.approvals.set' | 'exec.approvals.node.get' | 'exec.approvals.node.set'
> = {
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
