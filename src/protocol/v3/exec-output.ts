import * as z from 'zod/mini';

/**
 * Ours, on top of protocol 3: output of a `system.run` while it runs.
 *
 * Negotiation: a gateway that forwards output lists `exec.output` in `features.events` of its hello. A caller asks by
 * `stream: true` in the run parameters (and names the run with `runId`, to know its chunks again). Only then does the
 * node send `node.event {event: "exec.output", payloadJSON}`; the gateway forwards the payload to the connection that
 * made the call as the event `exec.output`. The reply to each `node.event` is the node's permission to send more.
 * The final result carries the (capped) output again, so that a lost chunk loses nothing.
 */
export const EXEC_OUTPUT_EVENT = 'exec.output';

/** Longest `text` of one chunk, in UTF-16 units; the size of protocol 4's `node.invoke.progress`. */
export const EXEC_OUTPUT_MAX_CHARS = 16_384;

export const execOutputSchema = z.object({
  /** `id` of the `node.invoke.request` being answered. */
  invokeId: z.string(),
  /** From the run parameters, else the one the node made. */
  runId: z.string(),
  stream: z.enum(['stdout', 'stderr']),
  /** 0, 1, 2, … over both streams of one run. */
  seq: z.int().check(z.gte(0)),
  text: z.string().check(z.maxLength(EXEC_OUTPUT_MAX_CHARS)),
});

export type ExecOutput = z.infer<typeof execOutputSchema>;

/**
 * Event from gateway to node that ends a running invoke, its process group included. Name and shape of protocol 4
 * (`{invokeId, nodeId}`); `id` is accepted too. A protocol 3 node of the real program ignores it.
 */
export const INVOKE_CANCEL_EVENT = 'node.invoke.cancel';
