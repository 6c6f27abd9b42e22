import * as z from 'zod/mini';

const settings = {
  security: z.optional(z.string()),
  ask: z.optional(z.string()),
  askFallback: z.optional(z.string()),
  autoAllowSkills: z.optional(z.boolean()),
};

const entry = z.looseObject({
  pattern: z.string(),
  args: z.optional(z.array(z.string())),
  argPattern: z.optional(z.string()),
  lastUsedAt: z.optional(z.number()),
  lastUsedCommand: z.optional(z.string()),
});

const scope = z.looseObject({
  ...settings,
  allowlist: z.optional(z.array(entry)),
  /** Entries that also name arguments: Clawdbot 2026.1.24 would read them in `allowlist` as ones without. */
  constrained: z.optional(z.array(entry)),
});

/** `exec-approvals.json` as the gateway passes it on (exec-approvals §1); keys the page does not know are kept. */
const policySchema = z.looseObject({
  version: z.literal(1),
  defaults: z.optional(z.looseObject(settings)),
  agents: z.optional(z.record(z.string(), scope)),
});

const snapshotSchema = z.object({
  path: z.string(),
  exists: z.boolean(),
  hash: z.string(),
  file: policySchema,
});

export type Policy = z.infer<typeof policySchema>;
export type PolicyRule = z.infer<typeof entry>;
export type PolicySnapshot = z.infer<typeof snapshotSchema>;

/** Words of each setting, strictest first. */
export const SETTING_WORDS = {
  security: ['deny', 'allowlist', 'full'],
  ask: ['always', 'on-miss', 'off'],
  askFallback: ['deny', 'allowlist', 'full'],
} as const;
export type SettingName = keyof typeof SETTING_WORDS;

/** `defaults` of the file, or one entry of its `agents`. */
export type PolicyScopeName = { kind: 'defaults' } | { kind: 'agent'; name: string };

/** @throws {Error} when it is no snapshot the page can edit without losing something */
export function parseSnapshot(value: unknown): PolicySnapshot {
  const parsed = snapshotSchema.safeParse(value);
  if (!parsed.success) throw new Error('cannot read the policy: its form is unknown to this page');
  return parsed.data;
}

/** The agents that are always offered, then those of the file. */
export function agentNames(policy: Policy): string[] {
  return [...new Set(['main', '*', ...Object.keys(policy.agents ?? {})])];
}

/** The word of a setting in this scope; undefined where the scope says nothing and an outer one decides. */
export function settingOf(policy: Policy, at: PolicyScopeName, name: SettingName): string | undefined {
  return at.kind === 'defaults' ? policy.defaults?.[name] : policy.agents?.[at.name]?.[name];
}

/** The entries of an agent, in the order in which they are tried. */
export function rulesOf(policy: Policy, agent: string): readonly PolicyRule[] {
  const found = policy.agents?.[agent];
  return [...(found?.allowlist ?? []), ...(found?.constrained ?? [])];
}

/** The policy with one setting changed; `undefined` removes it from the scope. */
export function withSetting(
  policy: Policy,
  at: PolicyScopeName,
  name: SettingName,
  word: string | undefined,
): Policy {
  const change = (scopeNow: Record<string, unknown> | undefined) => {
    const { [name]: _before, ...rest } = scopeNow ?? {};
    return word === undefined ? rest : { ...rest, [name]: word };
  };
  if (at.kind === 'defaults') return { ...policy, defaults: change(policy.defaults) };
  return { ...policy, agents: { ...policy.agents, [at.name]: change(policy.agents?.[at.name]) } };
}

/** The policy with one entry more; the same one twice is the policy as it was. */
export function withRule(policy: Policy, agent: string, rule: PolicyRule): Policy {
  if (rulesOf(policy, agent).some((known) => saysTheSame(known, rule))) return policy;
  const list = rule.args === undefined && rule.argPattern === undefined ? 'allowlist' : 'constrained';
  const found = policy.agents?.[agent];
  return {
    ...policy,
    agents: { ...policy.agents, [agent]: { ...found, [list]: [...(found?.[list] ?? []), rule] } },
  };
}

/** The policy without this very entry. */
export function withoutRule(policy: Policy, agent: string, rule: PolicyRule): Policy {
  const { allowlist, constrained, ...rest } = policy.agents?.[agent] ?? {};
  const keep = (list: PolicyRule[] | undefined) => list?.filter((other) => other !== rule);
  return {
    ...policy,
    agents: {
      ...policy.agents,
      [agent]: {
        ...rest,
        ...(allowlist === undefined ? {} : { allowlist: keep(allowlist) }),
        ...(constrained === undefined ? {} : { constrained: keep(constrained) }),
      },
    },
  };
}

function saysTheSame(a: PolicyRule, b: PolicyRule): boolean {
  return (
    a.pattern === b.pattern &&
    a.argPattern === b.argPattern &&
    JSON.stringify(a.args) === JSON.stringify(b.args)
  );
}
