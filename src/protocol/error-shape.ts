/** Error codes of protocol 3; protocol 4 adds `FORBIDDEN`. */
export type ErrorCode =
  | 'INVALID_REQUEST'
  | 'NOT_PAIRED'
  | 'UNAVAILABLE'
  | 'NOT_LINKED'
  | 'AGENT_TIMEOUT'
  | 'FORBIDDEN';

/** The `error` of a response frame. Absent keys are left out, never `null`: the real clients drop such frames. */
export type ErrorShape = {
  code: string;
  message: string;
  details?: unknown;
  retryable?: boolean;
  retryAfterMs?: number;
};

/** Thrown by a method handler to answer with this error, and by the client when it receives one. */
export class RequestError extends Error {
  readonly shape: ErrorShape;

  constructor(shape: ErrorShape) {
    super(shape.message);
    this.name = 'RequestError';
    this.shape = shape;
  }
}

/** A {@link RequestError} with code `INVALID_REQUEST`. */
export function invalidRequest(message: string, details?: unknown): RequestError {
  return new RequestError({
    code: 'INVALID_REQUEST',
    message,
    ...(details === undefined ? {} : { details }),
  });
}

/** A {@link RequestError} with code `UNAVAILABLE`. */
export function unavailable(message: string, details?: unknown): RequestError {
  return new RequestError({ code: 'UNAVAILABLE', message, ...(details === undefined ? {} : { details }) });
}
