import * as z from 'zod/mini';
import { deniedSettings, type EffectiveSettings, type Rule } from './effective-settings.ts';
import { ASK, SECURITY } from './policy-schema.ts';

const words = z.object({
  security: z.enum(SECURITY),
  ask: z._default(z.enum(ASK), 'on-miss'),
  askFallback: z._default(z.enum(SECURITY), 'deny'),
  safeBins: z._default(z.array(z.string()), []),
  allowlist: z._default(z.array(z.unknown()), []),
});

const entry = z.union([
  z.pipe(
    z.string(),
    z.transform((pattern) => ({ pattern })),
  ),
  z.strictObject({ pattern: z.string(), args: z.array(z.string()) }),
  z.strictObject({ pattern: z.string(), argPattern: z.string() }),
  z.strictObject({ pattern: z.string() }),
]);

/**
 * The settings of a case: one flat policy instead of a file (exec-corpus.md, "Fields"). An unknown word denies, a
 * malformed entry matches nothing. Entries stand in the scope of the agent that "always" would write to.
 */
export function casePolicy(policy: unknown): EffectiveSettings {
  const parsed = words.safeParse(policy ?? {});
  if (!parsed.success) {
    const key = parsed.error.issues[0]?.path.map(String).join('.') || 'the policy';
    return deniedSettings(`${key} is missing or not known`);
  }
  const rules = parsed.data.allowlist.flatMap((item): Rule[] => {
    const read = entry.safeParse(item);
    return read.success ? [{ ...read.data, scope: 'case' }] : [];
  });
  const { security, ask, askFallback, safeBins } = parsed.data;
  return {
    security,
    ask,
    askFallback,
    autoAllowSkills: false,
    rules,
    safePrograms: safeBins,
    origin: { security: 'case', ask: 'case', askFallback: 'case', autoAllowSkills: 'case' },
  };
}
