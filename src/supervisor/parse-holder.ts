import * as z from 'zod/mini';
import type { HolderReading } from './holder-types.ts';

const count = z.int().check(z.nonnegative());
const identity = { pid: count, startTicks: count, bootId: z.string().check(z.maxLength(64)) };
const text = z.string().check(z.maxLength(256));

const starter = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('unit'),
    unit: text,
    scope: z.enum(['system', 'user']),
    invocationId: z.optional(text),
  }),
  z.object({ kind: z.literal('supervisor'), pid: count }),
  z.object({ kind: z.literal('container'), id: text }),
  z.object({ kind: z.literal('cron'), pid: count }),
  z.object({ kind: z.literal('shell'), terminal: z.optional(text), program: text, pid: count }),
  z.object({ kind: z.literal('other'), program: text, pid: count }),
]);

const state = z.discriminatedUnion('name', [
  z.object({ name: z.literal('starting'), deadlineMonotonicMs: count }),
  z.object({ name: z.literal('serving') }),
  z.pipe(
    z.object({ name: z.literal('standby'), ownerPid: z.optional(count) }),
    z.transform(({ name, ownerPid }) => ({ name, ownerPid })),
  ),
  z.object({
    name: z.literal('stopping'),
    deadlineMonotonicMs: count,
    handOverTo: z.optional(z.object(identity)),
  }),
]);

const record = z.pipe(
  z.object({
    schema: z.literal(1),
    service: text,
    ...identity,
    pidNamespace: z.optional(count),
    uid: count,
    starter,
    version: text,
    addresses: z.array(text).check(z.maxLength(64)),
    stateDirHash: text,
    state,
    since: z.object({ wallMs: z.number(), monotonicMs: count }),
  }),
  z.transform((value) => ({ ...value, pidNamespace: value.pidNamespace })),
);

/** Reads the text of a holder record; every other text is `unreadable` with the reason. */
export function parseHolder(content: string): HolderReading {
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch {
    return { kind: 'unreadable', reason: 'the holder record is not JSON' };
  }
  const parsed = z.safeParse(record, value);
  if (parsed.success) return { kind: 'present', record: parsed.data };
  const issue = parsed.error.issues[0];
  return {
    kind: 'unreadable',
    reason: `the holder record is not valid at ${issue?.path.join('.') || 'its root'}`,
  };
}
