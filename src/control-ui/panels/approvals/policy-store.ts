import { type MethodParams, RequestError } from '../../../protocol/index.ts';
import type { Link } from '../../link/link.ts';
import { type Policy, type PolicySnapshot, parseSnapshot } from './policy.ts';

export type PolicySave =
  | { kind: 'saved'; snapshot: PolicySnapshot }
  | { kind: 'conflict'; theirs: PolicySnapshot };

/** The policy of a node, or of the gateway's host when none is named. */
export async function loadPolicy(link: Link, nodeId: string | undefined): Promise<PolicySnapshot> {
  return parseSnapshot(
    nodeId === undefined
      ? await link.call('exec.approvals.get', {})
      : await link.call('exec.approvals.node.get', { nodeId }),
  );
}

/** Saves when the file is still the one that was loaded; else gives what is there now. */
export async function savePolicy(
  link: Link,
  nodeId: string | undefined,
  { file, baseHash }: { file: Policy; baseHash: string },
): Promise<PolicySave> {
  // The gateway judges the document by this very schema; what the page kept of unknown keys it refuses with a reason.
  const params = { file: file as MethodParams<'exec.approvals.set'>['file'], baseHash };
  try {
    const answer =
      nodeId === undefined
        ? await link.call('exec.approvals.set', params)
        : await link.call('exec.approvals.node.set', { nodeId, ...params });
    return { kind: 'saved', snapshot: parseSnapshot(answer) };
  } catch (thrown) {
    // `exec approvals changed since last load…` of a gateway, `exec approvals changed; reload…` of a node.
    if (!(thrown instanceof RequestError) || !thrown.message.includes('exec approvals changed')) throw thrown;
    return { kind: 'conflict', theirs: await loadPolicy(link, nodeId) };
  }
}
