import type { Ask, PolicyEntry, PolicyFile, Security } from './policy-schema.ts';
import { DEFAULT_SAFE_PROGRAMS } from './safe-programs.ts';

/** One allowlist entry with where it stands. */
export type Rule = {
  pattern: string;
  args?: readonly string[];
  argPattern?: string;
  id?: string;
  /** `*`, the agent's scope, or another word for entries that stand in no file. */
  scope: string;
};

/** The rules that hold for one run. `origin` says for each value which layer it came from. */
export type EffectiveSettings = {
  security: Security;
  ask: Ask;
  askFallback: Security;
  autoAllowSkills: boolean;
  rules: readonly Rule[];
  safePrograms: readonly string[];
  origin: Readonly<Record<'security' | 'ask' | 'askFallback' | 'autoAllowSkills', string>>;
  /** Set when the policy could not be read: everything is denied, with this reason. */
  damaged?: string;
};

/** The host's own configuration (`tools.exec`), the lowest layer. */
export type SettingsBase = { security?: Security; ask?: Ask; safePrograms?: readonly string[] };

const BUILT_IN = {
  security: 'allowlist',
  ask: 'on-miss',
  askFallback: 'deny',
  autoAllowSkills: false,
} as const;

/**
 * Settings for one agent: scope of the agent, else scope `*`, else `defaults`, else the host's configuration, else
 * allowlist + on-miss + deny. Entries of `*` come first (exec-approvals.md section 2).
 */
export function effectiveSettings(
  file: PolicyFile,
  { agentId, base = {} }: { agentId?: string | undefined; base?: SettingsBase } = {},
): EffectiveSettings {
  const name = agentId?.trim() || 'main';
  const agents = new Map(Object.entries(file.agents ?? {}));
  const layers = [
    { from: `agents.${name}`, values: name === '*' ? {} : (agents.get(name) ?? {}) },
    { from: 'agents.*', values: agents.get('*') ?? {} },
    { from: 'defaults', values: file.defaults ?? {} },
    { from: 'configuration', values: base },
    { from: 'built in', values: BUILT_IN },
  ];
  const origin = { security: '', ask: '', askFallback: '', autoAllowSkills: '' };
  const pick = <K extends keyof typeof BUILT_IN>(key: K) => {
    for (const { from, values } of layers) {
      const value = (values as Partial<Record<K, unknown>>)[key]; // all layers are partial settings by type
      if (value !== undefined) {
        origin[key] = from;
        return value;
      }
    }
    return BUILT_IN[key];
  };
  const scopes = name === '*' ? ['*'] : ['*', name];
  return {
    security: pick('security') as Security, // the schema admits no other word
    ask: pick('ask') as Ask,
    askFallback: pick('askFallback') as Security,
    autoAllowSkills: pick('autoAllowSkills') as boolean,
    rules: scopes.flatMap((scope) => rulesOf(scope, agents.get(scope))),
    safePrograms: base.safePrograms ?? DEFAULT_SAFE_PROGRAMS,
    origin,
  };
}

/** The settings of a policy that cannot be read: nothing runs, nobody is asked. */
export function deniedSettings(reason: string): EffectiveSettings {
  const from = 'damaged file';
  return {
    security: 'deny',
    ask: 'off',
    askFallback: 'deny',
    autoAllowSkills: false,
    rules: [],
    safePrograms: [],
    origin: { security: from, ask: from, askFallback: from, autoAllowSkills: from },
    damaged: reason,
  };
}

function rulesOf(
  scope: string,
  lists: { allowlist?: PolicyEntry[] | undefined; constrained?: PolicyEntry[] | undefined } | undefined,
): Rule[] {
  return [...(lists?.allowlist ?? []), ...(lists?.constrained ?? [])].map((entry) => ({
    pattern: entry.pattern,
    scope,
    ...(entry.args === undefined ? {} : { args: entry.args }),
    ...(entry.argPattern === undefined ? {} : { argPattern: entry.argPattern }),
    ...(entry.id === undefined ? {} : { id: entry.id }),
  }));
}
