import {
  type AlwaysEntries,
  addEntry,
  displayCommand,
  loadPolicyFile,
  type PolicyFile,
  replacePolicyFile,
} from '../../approvals/index.ts';
import { errorText } from '../../state/index.ts';

/**
 * Puts what a person allowed for good into the policy file, in the scope of the run (`agentId`, else `main`), and gives
 * one line to log, or undefined when there was nothing to do. Somebody who changes the file at the same moment wins:
 * then nothing is stored, and the next run asks again.
 */
export function rememberAlways(
  policyPath: string,
  { entries, unstorable }: AlwaysEntries,
  { agentId, now }: { agentId: string | undefined; now: number },
): string | undefined {
  const scope = agentId?.trim() || 'main';
  // Names of the file, not of agents: `*` is everybody, and `default` of old files becomes `main`.
  if (scope === '*' || scope === 'default')
    return `not stored for good: no agent is called ${JSON.stringify(scope)}`;
  const stored: string[] = [];
  try {
    const policy = loadPolicyFile(policyPath);
    if (policy.kind === 'damaged') return `cannot store "always": ${policy.reason}`;
    let file: PolicyFile = policy.file;
    for (const spec of entries) {
      const outcome = addEntry(file, { scope, spec, now });
      if (outcome.kind !== 'added') continue;
      file = outcome.file;
      stored.push(displayCommand([spec.pattern, ...(spec.args ?? [])]).text);
    }
    if (stored.length > 0) {
      const written = replacePolicyFile(policyPath, { file, baseHash: policy.hash, speaker: 'node' });
      if (written.kind === 'refused') return `cannot store "always": ${written.message}`;
    }
  } catch (thrown) {
    return `cannot store "always": ${errorText(thrown)}`;
  }
  const lines = [
    ...(stored.length > 0 ? [`from now on allowed for ${scope}: ${stored.join('; ')}`] : []),
    ...unstorable.map(({ words, why }) => `not stored for good: ${displayCommand(words).text} (${why})`),
  ];
  return lines.length > 0 ? lines.join('; ') : undefined;
}
