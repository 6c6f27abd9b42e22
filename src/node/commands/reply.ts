/** What a node command answers; becomes `node.invoke.result`. */
export type InvokeReply =
  | { ok: true; payload: unknown }
  | { ok: false; error: { code: 'INVALID_REQUEST' | 'UNAVAILABLE'; message: string } };

export function done(payload: unknown): InvokeReply {
  return { ok: true, payload };
}

/** A request that can never work as it is. */
export function invalid(message: string): InvokeReply {
  return { ok: false, error: { code: 'INVALID_REQUEST', message } };
}

/** A refusal or failure; the reference uses this code for denied runs too. */
export function unavailable(message: string): InvokeReply {
  return { ok: false, error: { code: 'UNAVAILABLE', message } };
}
