import type { EventFrame, HelloOk } from '../../protocol/index.ts';

/** A connection of one command. Failures are {@link OpsError}s that name what the command wanted. */
export type Gateway = {
  readonly url: string;
  readonly hello: HelloOk;
  /** Does the gateway list this method or event? */
  offers(kind: 'methods' | 'events', name: string): boolean;
  /**
   * Calls a method.
   * @throws `gateway/refused`, `gateway/timeout`, `gateway/closed`
   */
  call(method: string, params?: unknown, options?: CallOptions): Promise<unknown>;
  /** Like `call`, but gives the gateway's own error instead of throwing it. */
  tryCall(method: string, params?: unknown, options?: CallOptions): Promise<CallOutcome>;
  onEvent(listener: (event: EventFrame) => void): void;
  readonly closed: Promise<{ code: number; reason: string }>;
  close(): void;
};

export type CallOptions = { timeoutMs?: number; signal?: AbortSignal };

export type CallOutcome =
  | { kind: 'answered'; payload: unknown }
  | { kind: 'refused'; code: string; message: string; details: unknown };
