import type { ConnectParams } from './connect-params.ts';
import { type ErrorShape, RequestError } from './error-shape.ts';
import { type EventFrame, parseIncoming, type ResponseFrame } from './frames.ts';
import { CHALLENGE_WAIT_MS, CLOSE, HANDSHAKE_TIMEOUT_MS, TICK_INTERVAL_MS } from './numbers.ts';
import type { HelloOk } from './v3/payloads.ts';

/** The part of a WebSocket this client uses; `ws` and browsers both offer it. */
export type SocketLike = {
  onopen: (() => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event: { code: number; reason: string }) => void) | null;
  onerror: ((event: { message?: string; error?: unknown }) => void) | null;
  send(text: string): void;
  close(code?: number, reason?: string): void;
};

export type CloseInfo = { code: number; reason: string };

/** `capabilities` is only sent by gateways of protocol 4, which verify signatures of version 3. */
export type Challenge = { nonce: string; ts: number; capabilities?: readonly string[] };

export type ClientOptions = {
  openSocket: () => SocketLike;
  /** Makes (and signs) the `connect` parameters once the challenge is known; undefined when none came in time. */
  connectParams: (challenge: Challenge | undefined) => ConnectParams | Promise<ConnectParams>;
  onEvent?: (event: EventFrame) => void;
  /** Whole budget from opening to hello. Default 10 000 ms. */
  connectTimeoutMs?: number;
  signal?: AbortSignal;
};

export type ConnectOutcome =
  | { kind: 'connected'; connection: GatewayConnection }
  /** The gateway answered the `connect` request with an error; `close` when it also closed. */
  | { kind: 'refused'; error: ErrorShape; close: CloseInfo | undefined }
  /** The socket ended before a hello. `cause` says what the transport reported, if anything. */
  | { kind: 'closed'; close: CloseInfo; cause: string | undefined }
  | { kind: 'timeout'; afterMs: number }
  | { kind: 'aborted' };

export type RequestOptions = { timeoutMs?: number; signal?: AbortSignal };

/** A connection that passed the handshake. */
export type GatewayConnection = {
  readonly hello: HelloOk;
  /**
   * Calls a method and gives its payload.
   * @throws {RequestError} the gateway's own error; code `TIMEOUT`, `CLOSED` or `ABORTED` when no answer came
   */
  request(method: string, params?: unknown, options?: RequestOptions): Promise<unknown>;
  close(code?: number, reason?: string): void;
  /** Settles, never rejects, when the socket is gone. */
  readonly closed: Promise<CloseInfo>;
};

type Pending = { resolve: (payload: unknown) => void; reject: (error: RequestError) => void };

/**
 * Opens one connection to a gateway: challenge, `connect`, hello. Never reconnects; that is the caller's policy.
 * A connection on which nothing at all arrives for twice the announced tick interval is closed with 4000.
 */
export function connectGateway(options: ClientOptions): Promise<ConnectOutcome> {
  return new Promise((resolve) => {
    const timeoutMs = options.connectTimeoutMs ?? HANDSHAKE_TIMEOUT_MS;
    const pending = new Map<string, Pending>();
    const closed = Promise.withResolvers<CloseInfo>();
    let nextId = 1;
    let settled = false;
    let transportError: string | undefined;
    let refusal: ErrorShape | undefined;
    let silenceTimer: ReturnType<typeof setInterval> | undefined;
    let lastHeardAt = 0;

    if (options.signal?.aborted) {
      resolve({ kind: 'aborted' });
      return;
    }
    const socket = options.openSocket();
    const deadline = setTimeout(() => end({ kind: 'timeout', afterMs: timeoutMs }), timeoutMs);
    let challengeTimer: ReturnType<typeof setTimeout> | undefined;
    const onAbort = () => end({ kind: 'aborted' });
    options.signal?.addEventListener('abort', onAbort, { once: true });

    socket.onopen = () => {
      challengeTimer = setTimeout(() => void sendConnect(undefined), CHALLENGE_WAIT_MS);
    };
    socket.onerror = (event) => {
      transportError ??= event.message ?? String(event.error ?? 'socket error');
    };
    socket.onclose = ({ code, reason: given }) => {
      clearInterval(silenceTimer);
      // Once connected, what the transport said is all there is to know about an end without a close frame.
      const reason = given === '' && silenceTimer !== undefined ? (transportError ?? '') : given;
      for (const [id, waiting] of pending) {
        pending.delete(id);
        waiting.reject(new RequestError({ code: 'CLOSED', message: closeText({ code, reason }) }));
      }
      closed.resolve({ code, reason });
      if (refusal !== undefined) end({ kind: 'refused', error: refusal, close: { code, reason } });
      else end({ kind: 'closed', close: { code, reason }, cause: transportError });
    };
    socket.onmessage = ({ data }) => {
      lastHeardAt = performance.now();
      const parsed = parseIncoming(typeof data === 'string' ? data : String(data));
      if (parsed.kind === 'bad-frame') return;
      if (parsed.frame.type === 'res') onResponse(parsed.frame);
      else onEvent(parsed.frame);
    };

    function onEvent(event: EventFrame): void {
      if (event.event === 'connect.challenge' && challengeTimer !== undefined)
        void sendConnect(challengeOf(event.payload));
      else options.onEvent?.(event);
    }

    function onResponse(frame: ResponseFrame): void {
      const waiting = pending.get(frame.id);
      pending.delete(frame.id);
      if (frame.ok) waiting?.resolve(frame.payload);
      else
        waiting?.reject(new RequestError(frame.error ?? { code: 'UNAVAILABLE', message: 'no error text' }));
    }

    async function sendConnect(challenge: Challenge | undefined): Promise<void> {
      clearTimeout(challengeTimer);
      challengeTimer = undefined;
      try {
        const hello = await call('connect', await options.connectParams(challenge), {});
        if (typeof hello !== 'object' || hello === null)
          throw new RequestError({ code: 'UNAVAILABLE', message: 'hello is no object' });
        // Peers of other releases leave fields out; readers of `hello` treat every field but `policy` as optional.
        const connection = makeConnection(hello as HelloOk);
        end({ kind: 'connected', connection });
      } catch (thrown) {
        refusal = thrown instanceof RequestError ? thrown.shape : { code: 'CLIENT', message: String(thrown) };
        if (refusal.code === 'CLOSED') refusal = undefined;
        // The gateway closes right after a refusal; its close code is part of the answer, so give it a moment.
        setTimeout(() => refusal && end({ kind: 'refused', error: refusal, close: undefined }), 250);
      }
    }

    function makeConnection(hello: HelloOk): GatewayConnection {
      const tickMs = hello.policy?.tickIntervalMs ?? TICK_INTERVAL_MS;
      silenceTimer = setInterval(
        () => {
          if (performance.now() - lastHeardAt > 2 * tickMs)
            socket.close(CLOSE.clientTickTimeout, 'tick timeout');
        },
        Math.max(tickMs, 1000),
      );
      return {
        hello,
        request: call,
        close: (code, reason) => socket.close(code, reason),
        closed: closed.promise,
      };
    }

    function call(
      method: string,
      params: unknown,
      { timeoutMs: limitMs, signal }: RequestOptions = {},
    ): Promise<unknown> {
      return new Promise((resolveCall, rejectCall) => {
        const id = String(nextId++);
        const fail = (code: string, message: string) => {
          if (pending.delete(id)) finish(() => rejectCall(new RequestError({ code, message })));
        };
        const timer =
          limitMs === undefined
            ? undefined
            : setTimeout(() => fail('TIMEOUT', `gateway timeout after ${limitMs}ms`), limitMs);
        const onSignal = () => fail('ABORTED', `${method} was cancelled`);
        signal?.addEventListener('abort', onSignal, { once: true });
        const finish = (settle: () => void) => {
          clearTimeout(timer);
          signal?.removeEventListener('abort', onSignal);
          settle();
        };
        pending.set(id, {
          resolve: (payload) => finish(() => resolveCall(payload)),
          reject: (error) => finish(() => rejectCall(error)),
        });
        try {
          socket.send(
            JSON.stringify({ type: 'req', id, method, ...(params === undefined ? {} : { params }) }),
          );
        } catch (thrown) {
          fail('CLOSED', thrown instanceof Error ? thrown.message : String(thrown));
        }
      });
    }

    function end(outcome: ConnectOutcome): void {
      if (settled) return;
      settled = true;
      clearTimeout(deadline);
      clearTimeout(challengeTimer);
      challengeTimer = undefined;
      options.signal?.removeEventListener('abort', onAbort);
      if (outcome.kind !== 'connected') socket.close(CLOSE.policy, 'connect failed');
      resolve(outcome);
    }
  });
}

/** `gateway closed (1008): pairing required`, in the reference's words for an abnormal end. */
export function closeText({ code, reason }: CloseInfo): string {
  const label = code === 1006 ? '1006 abnormal closure (no close frame)' : String(code);
  return `gateway closed (${label}): ${reason || 'no close reason'}`;
}

function challengeOf(payload: unknown): Challenge | undefined {
  if (typeof payload !== 'object' || payload === null) return undefined;
  const { nonce, ts, capabilities } = payload as { nonce?: unknown; ts?: unknown; capabilities?: unknown };
  if (typeof nonce !== 'string') return undefined;
  return {
    nonce,
    ts: typeof ts === 'number' ? ts : Date.now(),
    ...(Array.isArray(capabilities) ? { capabilities: capabilities.map(String) } : {}),
  };
}
