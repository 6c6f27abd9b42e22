import * as z from 'zod/mini';

/** What the doctor says, as far as the page reads it (`protocol/v3/doctor.ts`). */
const severity = z.enum(['error', 'warning', 'advice']);
export type Severity = z.infer<typeof severity>;

const remedy = z.union([
  z.object({ kind: z.literal('run'), command: z.array(z.string()) }),
  z.object({ kind: z.literal('read'), text: z.string() }),
]);
export type Remedy = z.infer<typeof remedy>;

const processName = z.object({ pid: z.number() });

const step = z.union([
  z.object({ kind: z.literal('mode'), path: z.string(), from: z.number(), to: z.number() }),
  z.object({ kind: z.literal('set-aside'), path: z.string() }),
  z.object({ kind: z.literal('run'), command: z.array(z.string()) }),
  z.object({
    kind: z.literal('unit'),
    scope: z.string(),
    units: z.array(z.string()),
    verb: z.string(),
  }),
  z.object({ kind: z.literal('drop-in'), path: z.string(), text: z.string() }),
  z.object({ kind: z.literal('hand-over'), from: processName, to: z.object({ unit: z.string() }) }),
  z.object({ kind: z.literal('end'), process: processName, name: z.string() }),
  // A kind this page does not know is still shown, with everything in it.
  z.pipe(
    z.looseObject({ kind: z.string() }),
    z.transform((data) => ({ kind: 'unknown' as const, data })),
  ),
]);
export type FixStep = z.infer<typeof step>;

const riskClass = z.enum(['safe', 'service', 'interrupts']);
/** What a repair may cost (`protocol/v3/doctor.ts`). */
export type RiskClass = z.infer<typeof riskClass>;

const finding = z.object({
  id: z.string(),
  severity,
  outcome: z.enum(['problem', 'unknown']),
  title: z.string(),
  text: z.string(),
  why: z.string(),
  evidence: z.record(z.string(), z.unknown()),
  remedies: z.array(remedy),
  fix: z.object({ available: z.boolean(), risk: z.optional(z.string()), class: z.optional(riskClass) }),
  hides: z.array(z.string()),
});
export type Finding = z.infer<typeof finding>;

const check = z.object({
  id: z.string(),
  outcome: z.enum(['ok', 'problem', 'unknown', 'not-applicable', 'hidden']),
  durationMs: z.number(),
  reason: z.optional(z.string()),
});
export type CheckResult = z.infer<typeof check>;

export const reportSchema = z.object({
  durationMs: z.number(),
  ageMs: z.optional(z.number()),
  summary: z.object({
    error: z.number(),
    warning: z.number(),
    advice: z.number(),
    unknown: z.number(),
    ok: z.number(),
  }),
  findings: z.array(finding),
  checks: z.array(check),
});
export type Report = z.infer<typeof reportSchema>;

export const chapterSchema = z.object({
  id: z.string(),
  title: z.string(),
  severity,
  why: z.string(),
  manual: z.string(),
  causes: z.array(z.string()),
  fixRisk: z.optional(z.string()),
});
export type Chapter = z.infer<typeof chapterSchema>;

const wayShape = { risk: z.string(), class: riskClass, steps: z.array(step) };
const way = z.object(wayShape);
export type Way = z.infer<typeof way>;

const keep = z.enum(['service', 'process']);
/** Who is to own the service afterwards. */
export type Keep = z.infer<typeof keep>;

const planned = z.object({
  id: z.string(),
  ...wayShape,
  alternatives: z.optional(z.array(z.object({ keep, about: z.string(), ...wayShape }))),
});
export type PlannedRepair = z.infer<typeof planned>;

export const repairSchema = z.object({
  planned: z.array(planned),
  did: z.array(
    z.object({
      id: z.string(),
      step,
      result: z.object({ kind: z.string(), why: z.optional(z.string()) }),
    }),
  ),
  stillThere: z.array(z.string()),
});
export type Repair = z.infer<typeof repairSchema>;
