import type { FileFacts } from './file-facts.ts';
import type { HostFacts } from './host-facts.ts';
import type { StartPlan } from './plan.ts';
import { resolvePath } from './resolve-path.ts';

/**
 * Compares a plan with file facts: the same question as `verifyPlan` answers with open descriptors, for file systems
 * that are only imagined.
 */
export function verifyFacts(
  plan: StartPlan,
  files: FileFacts,
  host: HostFacts,
): { kind: 'same' } | { kind: 'changed'; reason: string } {
  const cwd = resolvePath(plan.cwd.calledAs, files, host);
  if (cwd?.real !== plan.cwd.path || cwd.fact.dev !== plan.cwd.dev || cwd.fact.ino !== plan.cwd.ino) {
    return { kind: 'changed', reason: `the directory ${plan.cwd.calledAs} is another one now` };
  }
  for (const file of plan.files) {
    const now = resolvePath(file.calledAs, files, host);
    const same =
      now?.real === file.path &&
      now.fact.dev === file.dev &&
      now.fact.ino === file.ino &&
      now.fact.size === file.size &&
      now.fact.mtimeNs === file.mtimeNs &&
      now.fact.ctimeNs === file.ctimeNs;
    if (!same) return { kind: 'changed', reason: `${file.calledAs} was changed` };
  }
  return { kind: 'same' };
}
