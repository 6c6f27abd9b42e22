import { createHash } from 'node:crypto';
import type { SystemRunPlan } from '../../protocol/index.ts';

/** Plans people may still be thinking about. Protocol 4 gives them half an hour. */
const LIFE_MS = 60 * 60_000;
const MAX_PLANS = 1_000;

/**
 * What each plan was bound to when this process made it. The wire form of a plan names one file and no environment; a
 * gateway of protocol 4 hands back nothing else. So the full digest stays here, and a plan this process does not know
 * (it was started anew, or somebody made it up) is not good for a run.
 */
export type PreparedPlans = {
  remember(plan: SystemRunPlan, binding: string, nowMs: number): void;
  bindingOf(plan: SystemRunPlan, nowMs: number): string | undefined;
};

/** An empty memory. */
export function createPreparedPlans(): PreparedPlans {
  const known = new Map<string, { binding: string; madeAtMs: number }>();
  return {
    remember(plan, binding, nowMs) {
      const key = keyOf(plan);
      known.delete(key);
      known.set(key, { binding, madeAtMs: nowMs });
      for (const [old, { madeAtMs }] of known) {
        if (known.size <= MAX_PLANS && nowMs - madeAtMs < LIFE_MS) break;
        known.delete(old);
      }
    },
    bindingOf(plan, nowMs) {
      const found = known.get(keyOf(plan));
      return found !== undefined && nowMs - found.madeAtMs < LIFE_MS ? found.binding : undefined;
    },
  };
}

/** What survives the way through any gateway, in a fixed order; rules may come back in another one. */
function keyOf({
  argv,
  cwd,
  agentId,
  sessionKey,
  mutableFileOperand,
  policySnapshot,
}: SystemRunPlan): string {
  const file = mutableFileOperand && [mutableFileOperand.path, mutableFileOperand.sha256];
  const rules = policySnapshot?.allowlistRules.map((rule) =>
    JSON.stringify(Object.entries(Object(rule)).sort()),
  );
  const policy = policySnapshot && [
    policySnapshot.security,
    policySnapshot.ask,
    policySnapshot.askFallback,
    [...(rules ?? [])].sort(),
  ];
  const text = JSON.stringify([argv, cwd, agentId, sessionKey, file ?? null, policy ?? null]);
  return createHash('sha256').update(text).digest('base64url');
}
