import { parsePolicyValue, policySnapshot, replacePolicyFile } from '../../approvals/index.ts';
import type { PolicyContext } from '../run/decide-run.ts';
import { explainRun } from '../run/explain-run.ts';
import { readRunParams } from './read-run-params.ts';
import { done, type InvokeReply, invalid } from './reply.ts';

/** `system.execApprovals.get`: the policy file of this machine, without the secret of its socket. */
export function readApprovals(path: string): InvokeReply {
  return answer(() => policySnapshot(path));
}

/** `system.execApprovals.set {file, baseHash?}`: replaces the policy if the caller has seen the present one. */
export function writeApprovals(params: unknown, path: string): InvokeReply {
  const { file, baseHash } = fieldsOf(params);
  if (typeof file !== 'object' || file === null) return refused('exec approvals file required');
  if (baseHash !== undefined && baseHash !== null && typeof baseHash !== 'string') {
    return refused('exec approvals base hash required; reload and retry');
  }
  return answer(() => {
    const outcome = replacePolicyFile(path, { file, baseHash, speaker: 'node' });
    if (outcome.kind === 'refused') throw new Error(outcome.message);
    return outcome.snapshot;
  });
}

/**
 * `system.execApprovals.explain`, parameters of `system.run`: what would be decided, and why. Runs nothing. With
 * `file`: what would be decided if that were the policy.
 */
export function explainCommand(params: unknown, policy: PolicyContext): InvokeReply {
  const read = readRunParams(params);
  if (read.kind === 'invalid') return invalid(read.message);
  const { file } = fieldsOf(params);
  if (file === undefined || file === null) return done(explainRun(read.params, policy));
  const parsed = parsePolicyValue(file);
  if (parsed.kind === 'invalid') return invalid(`cannot explain with this policy: ${parsed.reason}`);
  const draft = { ...parsed, path: policy.policyPath, hash: 'unsaved', warnings: [] };
  return done(explainRun(read.params, { ...policy, draft }));
}

function answer(make: () => unknown): InvokeReply {
  try {
    return done(make());
  } catch (thrown) {
    return refused(thrown instanceof Error ? thrown.message : String(thrown));
  }
}

/** The reference answers with the text of an exception; peers show it as it is. */
function refused(message: string): InvokeReply {
  return invalid(`Error: INVALID_REQUEST: ${message.replace(/^INVALID_REQUEST: /, '')}`);
}

function fieldsOf(params: unknown): { file?: unknown; baseHash?: unknown } {
  return typeof params === 'object' && params !== null ? params : {};
}
