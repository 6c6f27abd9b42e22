import { join } from 'node:path';
import * as z from 'zod/mini';
import { errorText, readTextIfPresent } from '../../state/index.ts';
import { lookUpProcess } from '../../supervisor/index.ts';
import type { Context } from './context.ts';

/**
 * The parts of `node-status.json` (version 1) that matter here. Diagnostics and node do not import each other, so the
 * file is the border; unknown fields are ignored.
 */
const statusSchema = z.object({
  version: z.literal(1),
  pid: z.number(),
  startTicks: z.optional(z.string()),
  deviceId: z.string(),
  url: z.string(),
  updatedAt: z.number(),
  state: z.object({
    state: z.string(),
    requestId: z.optional(z.string()),
    approveWith: z.optional(z.array(z.string())),
    attempt: z.optional(z.number()),
    offerWaiting: z.optional(z.object({ requestId: z.optional(z.string()) })),
    since: z.optional(z.number()),
  }),
  lastAttemptAt: z.optional(z.number()),
  nextAttemptAt: z.optional(z.number()),
  lastError: z.optional(
    z.object({ text: z.string(), at: z.number(), class: z.string(), remedy: z.optional(z.string()) }),
  ),
});

export type NodeFact =
  | { kind: 'none' }
  | { kind: 'unreadable'; path: string; reason: string }
  | {
      kind: 'status';
      status: z.infer<typeof statusSchema>;
      isRunning: boolean;
      runState: string | undefined;
    };

/** What the node host of this state directory last said, and whether it still runs. */
export function collectNode({ paths }: Context): NodeFact {
  const path = join(paths.stateDir, 'node-status.json');
  try {
    const text = readTextIfPresent(path);
    if (text === undefined) return { kind: 'none' };
    const parsed = statusSchema.safeParse(JSON.parse(text));
    if (!parsed.success)
      return { kind: 'unreadable', path, reason: 'it does not have the fields of a node status' };
    const status = parsed.data;
    const found = lookUpProcess(status.pid);
    const isRunning = found.kind === 'alive' && String(found.facts.startTicks) === status.startTicks;
    return { kind: 'status', status, isRunning, runState: isRunning ? found.facts.runState : undefined };
  } catch (thrown) {
    return { kind: 'unreadable', path, reason: errorText(thrown) };
  }
}
