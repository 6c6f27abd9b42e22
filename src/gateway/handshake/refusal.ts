import { CLOSE, type ErrorShape } from '../../protocol/index.ts';

/** A handshake that ends: what is answered, and how the socket is closed after it. */
export type Refusal = {
  kind: 'refused';
  error: ErrorShape;
  closeCode: number;
  closeReason: string;
  /** Hold the answer back this long: slows guessing where nobody may be locked out (loopback). */
  delayMs?: number;
};

/** A refusal that closes with 1008 and its own message, as most rows of gateway-protocol §10 do. */
export function refuse(
  message: string,
  {
    code = 'INVALID_REQUEST',
    details,
    retryAfterMs,
    closeReason = message,
    closeCode = CLOSE.policy,
  }: RefusalOptions = {},
): Refusal {
  return {
    kind: 'refused',
    error: {
      code,
      message,
      ...(details === undefined ? {} : { details }),
      ...(retryAfterMs === undefined ? {} : { retryable: true, retryAfterMs }),
    },
    closeCode,
    closeReason,
  };
}

type RefusalOptions = {
  code?: 'INVALID_REQUEST' | 'NOT_PAIRED' | 'UNAVAILABLE';
  details?: unknown;
  /** The same request may succeed after this long. */
  retryAfterMs?: number;
  closeReason?: string;
  closeCode?: number;
};
