import * as z from 'zod/mini';

const text = z.optional(z.string());

const unit = z.object({
  unit: z.string(),
  scope: z.string(),
  path: z.string(),
  product: z.string(),
  isOurs: z.boolean(),
  enabled: z.boolean(),
  activeState: text,
  subState: text,
  mainPid: z.optional(z.number()),
  restarts: z.optional(z.number()),
  statusText: text,
});
export type UnitView = z.infer<typeof unit>;

const listener = z.object({
  address: z.string(),
  port: z.number(),
  class: z.enum(['ours', 'sibling', 'foreign', 'unknown']),
  holders: z.array(z.object({ pid: z.number(), name: z.string(), startedBy: z.string(), ageMs: z.number() })),
  hidden: text,
});
export type ListenerView = z.infer<typeof listener>;

/** Who owns the service, who would be next, what became of the former ones (`protocol/v3/service-status.ts`). */
export const serviceStatusSchema = z.object({
  summary: z.string(),
  owner: z.nullable(
    z.object({
      pid: z.number(),
      version: z.string(),
      state: z.string(),
      startedBy: z.object({ text: z.string(), kind: z.string(), unit: text, scope: text }),
      sinceMs: z.number(),
      addresses: z.array(z.string()),
      hasLock: z.enum(['yes', 'no', 'unknown']),
    }),
  ),
  standbys: z.array(z.object({ pid: z.number(), startedBy: z.string(), sinceMs: z.number() })),
  units: z.array(unit),
  ends: z.array(z.object({ service: z.string(), atMs: z.number(), cause: z.string(), gaveUp: z.boolean() })),
  listeners: z.array(listener),
  route: z.nullable(z.object({ url: z.string(), target: z.string(), isFunnel: z.boolean() })),
  supervisor: z.nullable(
    z.object({
      pid: z.number(),
      services: z.array(
        z.object({ name: z.string(), state: z.string(), restarts: z.number(), givenUp: text }),
      ),
    }),
  ),
  unknown: z.array(z.string()),
});
export type ServiceStatus = z.infer<typeof serviceStatusSchema>;
