import { setTimeout as sleep } from 'node:timers/promises';
import { type GatewayConnection, RequestError } from '../../protocol/index.ts';

/** A reply that takes longer is not coming; nothing waits for it anyway. */
export const ANSWER_WITHIN_MS = 15_000;

/** Before each further attempt; together longer than any pairing change of OpenClaw that was seen (1.8 s). */
const PAUSES_MS = [100, 300, 1_000, 3_000] as const;

/**
 * Hands the result of a call to the gateway, again when it refuses with `retryable`: OpenClaw 2026.9 does
 * (`PAIRING_CHANGED`) while somebody pairs any device, and lets the caller run into its time limit; ours does when too
 * many requests are open. Never rejects: late, ignored or lost, there is nobody left to tell.
 * @returns whether the gateway took it
 */
export async function deliverResult(
  connection: Pick<GatewayConnection, 'request'>,
  params: unknown,
  { isOpen, pause = sleep }: { isOpen: () => boolean; pause?: (ms: number) => Promise<unknown> },
): Promise<boolean> {
  for (let attempt = 0; isOpen(); attempt += 1) {
    try {
      await connection.request('node.invoke.result', params, { timeoutMs: ANSWER_WITHIN_MS });
      return true;
    } catch (thrown) {
      const pauseMs = PAUSES_MS[attempt];
      if (!(thrown instanceof RequestError) || thrown.shape.retryable !== true || pauseMs === undefined)
        return false;
      await pause(Math.min(Math.max(pauseMs, thrown.shape.retryAfterMs ?? 0), ANSWER_WITHIN_MS));
    }
  }
  return false;
}
