import * as z from 'zod/mini';

/** `deny` runs nothing, `allowlist` what an entry covers, `full` everything well formed. */
export const SECURITY = ['deny', 'allowlist', 'full'] as const;
/** When a person is asked: never, when nothing covers the command, always. */
export const ASK = ['off', 'on-miss', 'always'] as const;

export type Security = (typeof SECURITY)[number];
export type Ask = (typeof ASK)[number];

const plainEntry = {
  pattern: z.string(),
  id: z.optional(z.string()),
  lastUsedAt: z.optional(z.number()),
  lastUsedCommand: z.optional(z.string()),
  lastResolvedPath: z.optional(z.string()),
};

const entry = z.strictObject({
  ...plainEntry,
  /** The exact arguments after the program. */
  args: z.optional(z.array(z.string())),
  /** A regular expression that has to cover the whole argument list, joined by single blanks. */
  argPattern: z.optional(z.string()),
});

const settings = {
  security: z.optional(z.enum(SECURITY)),
  ask: z.optional(z.enum(ASK)),
  askFallback: z.optional(z.enum(SECURITY)),
  autoAllowSkills: z.optional(z.boolean()),
};

const scope = z.strictObject({
  ...settings,
  allowlist: z.optional(z.array(entry)),
  /**
   * Entries with argument constraints that this program wrote. They have a list of their own because Clawdbot
   * 2026.1.24 keeps unknown keys of a scope but ignores unknown keys of an entry: in `allowlist` it would read
   * "git status" as "git with anything".
   */
  constrained: z.optional(z.array(entry)),
});

/** `exec-approvals.json`, version 1 (exec-approvals.md section 1). Unknown keys and words are refused. */
export const policyFileSchema = z.strictObject({
  version: z.literal(1),
  socket: z.optional(z.strictObject({ path: z.optional(z.string()), token: z.optional(z.string()) })),
  defaults: z.optional(z.strictObject(settings)),
  agents: z.optional(z.record(z.string(), scope)),
});

export type PolicyEntry = z.infer<typeof entry>;
export type PolicyScope = z.infer<typeof scope>;
export type PolicyFile = z.infer<typeof policyFileSchema>;
