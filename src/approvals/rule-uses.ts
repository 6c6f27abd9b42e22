import * as z from 'zod/mini';
import { readTextIfPresent, writePrivateFile } from '../state/index.ts';
import type { ExecDecision } from './decision.ts';
import { maskSecrets } from './display.ts';

/** When a rule last covered a command. Kept beside the policy, so that a run does not change the policy's hash. */
export type RuleUse = {
  lastUsedAt: number;
  lastUsedCommand: string;
  lastResolvedPath: string;
  count: number;
};

/** By the rule as decisions name it (`scope: pattern …`). */
export type RuleUses = Readonly<Record<string, RuleUse>>;

const schema = z.record(
  z.string(),
  z.object({
    lastUsedAt: z.number(),
    lastUsedCommand: z.string(),
    lastResolvedPath: z.string(),
    count: z.number(),
  }),
);

/** The file of uses that belongs to a policy file. */
export function usesPath(policyPath: string): string {
  return policyPath.replace(/(\.json)?$/, '-uses.json');
}

/** What is remembered. Uses are for people to read: a missing or damaged file is an empty one. */
export function readUses(policyPath: string): RuleUses {
  try {
    const text = readTextIfPresent(usesPath(policyPath));
    const parsed = schema.safeParse(text === undefined ? {} : JSON.parse(text));
    return parsed.success ? parsed.data : {};
  } catch {
    return {};
  }
}

// Rules come and go; the oldest uses are forgotten first.
const MAX_USES = 1_000;

/** The uses after one more run. Secrets in arguments are not written down. */
function withUses(uses: RuleUses, decision: ExecDecision, nowMs: number): RuleUses {
  const next = new Map(Object.entries(uses));
  for (const { rule, path, words, covered } of decision.programs) {
    if (!covered || rule === undefined || path === undefined) continue;
    next.set(rule, {
      lastUsedAt: nowMs,
      lastUsedCommand: maskSecrets(words.join(' ')).slice(0, 1_000),
      lastResolvedPath: path,
      count: (next.get(rule)?.count ?? 0) + 1,
    });
  }
  const latest = [...next].sort(([, one], [, other]) => other.lastUsedAt - one.lastUsedAt).slice(0, MAX_USES);
  return Object.fromEntries(latest);
}

/** Remembers the rules a run was covered by. @throws `state/write` */
export function recordUses(policyPath: string, decision: ExecDecision, nowMs: number): void {
  const uses = withUses(readUses(policyPath), decision, nowMs);
  if (Object.keys(uses).length > 0)
    writePrivateFile(usesPath(policyPath), `${JSON.stringify(uses, null, 2)}\n`);
}
