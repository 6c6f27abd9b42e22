import * as z from 'zod/mini';
import type { ErrorShape } from './error-shape.ts';
import { validationText } from './validation-text.ts';

/** A call from client to gateway. */
export type RequestFrame = { type: 'req'; id: string; method: string; params?: unknown };
/** The answer to one call. `payload` and `error` are left out when absent, never `null`. */
export type ResponseFrame = { type: 'res'; id: string; ok: boolean; payload?: unknown; error?: ErrorShape };
export type StateVersion = { presence: number; health: number };
/** A message from the gateway nobody asked for. `seq` only on broadcasts. */
export type EventFrame = {
  type: 'event';
  event: string;
  payload?: unknown;
  seq?: number;
  stateVersion?: StateVersion;
};

const text = z.string().check(z.minLength(1));
const count = z.int().check(z.gte(0));

const requestSchema = z.strictObject({
  type: z.literal('req'),
  id: text,
  method: text,
  params: z.optional(z.unknown()),
});

const errorSchema = z.object({
  code: text,
  message: text,
  details: z.optional(z.unknown()),
  retryable: z.optional(z.boolean()),
  retryAfterMs: z.optional(count),
});

const incomingSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('res'),
    id: text,
    ok: z.boolean(),
    payload: z.optional(z.unknown()),
    error: z.optional(errorSchema),
  }),
  z.object({
    type: z.literal('event'),
    event: text,
    payload: z.optional(z.unknown()),
    seq: z.optional(count),
    stateVersion: z.optional(z.object({ presence: count, health: count })),
  }),
]);

export type ParsedRequest =
  | { kind: 'request'; frame: RequestFrame }
  /** Not JSON. After the handshake the reference ignores it without a word. */
  | { kind: 'not-json' }
  /** JSON, but no request. `replyId` is what the refusal has to carry. */
  | { kind: 'bad-frame'; replyId: unknown; message: string };

/** Reads one message a client sent to a gateway. Never throws. */
export function parseRequest(message: string): ParsedRequest {
  const value = parseJson(message);
  if (value === undefined) return { kind: 'not-json' };
  const result = requestSchema.safeParse(value);
  if (result.success) {
    const { params, ...frame } = result.data;
    return { kind: 'request', frame: params === undefined ? frame : { ...frame, params } };
  }
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  const detail = isObject ? validationText(result.error.issues, value) : 'must be object';
  return {
    kind: 'bad-frame',
    replyId: isObject && Object.hasOwn(value, 'id') ? Reflect.get(value, 'id') : 'invalid',
    message: `invalid request frame: ${detail}`,
  };
}

export type ParsedIncoming =
  | { kind: 'frame'; frame: ResponseFrame | EventFrame }
  | { kind: 'bad-frame'; message: string };

/** Reads one message a gateway sent to a client. Unknown keys are tolerated: a newer gateway may send more. Never throws. */
export function parseIncoming(message: string): ParsedIncoming {
  const value = parseJson(message);
  if (value === undefined) return { kind: 'bad-frame', message: 'not JSON' };
  const result = incomingSchema.safeParse(value);
  if (!result.success) return { kind: 'bad-frame', message: validationText(result.error.issues, value) };
  // The schema's optional keys carry `| undefined`, the frame types do not; JSON cannot hold undefined.
  return { kind: 'frame', frame: result.data as ResponseFrame | EventFrame };
}

function parseJson(message: string): unknown {
  try {
    return JSON.parse(message);
  } catch {
    return undefined;
  }
}
