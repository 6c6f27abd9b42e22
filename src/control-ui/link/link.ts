import { type Signal, signal } from '@preact/signals';
import {
  connectGateway,
  type EventFrame,
  type HelloOk,
  holdsScope,
  type MethodName,
  type MethodParams,
  type RequestOptions,
  type Scope,
  type SocketLike,
} from '../../protocol/index.ts';
import { ACCESS_SCOPES, pageConnectParams } from './connect-params.ts';
import type { DeviceKeys } from './device-keys.ts';
import { noteGatewayTime } from './gateway-clock.ts';
import { afterFailure, type LinkState } from './link-state.ts';
import {
  type Access,
  type Credential,
  forgetCredential,
  rememberAccess,
  rememberDeviceToken,
  rememberedAccess,
  rememberedCredential,
  type TabMemory,
} from './sign-in.ts';

export type LinkOptions = {
  /** To the gateway this page came from; there is no other. */
  openSocket: () => SocketLike;
  /** Awaited when the gateway has sent its challenge, so that opening the socket does not wait for it. */
  keys: Promise<DeviceKeys | undefined>;
  memory: TabMemory;
  platform: string;
};

/** There is no connection, so nothing was sent: unlike `CLOSED`, which leaves open what was done. */
export class NotConnected extends Error {
  constructor() {
    super('not connected');
  }
}

/** Longest wait for an answer unless the caller says otherwise. */
const CALL_TIMEOUT_MS = 15_000;

/** The page's one connection: signs in, stays connected, hands out answers and events. */
export class Link {
  readonly state: Signal<LinkState> = signal({ kind: 'connecting', attempt: 0 });
  readonly access: Signal<Access>;
  /** When the last connection was lost, while it is. */
  readonly lostAtMs: Signal<number | undefined> = signal(undefined);
  /** What the gateway called itself in its last greeting. */
  readonly server: Signal<HelloOk['server'] | undefined> = signal(undefined);
  readonly #options: LinkOptions;
  readonly #listeners = new Set<(event: EventFrame) => void>();
  #credential: Credential | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Rises with every attempt that replaces another; an older attempt then finds itself outdated and does nothing. */
  #generation = 0;

  constructor(options: LinkOptions) {
    this.#options = options;
    this.access = signal(rememberedAccess(options.memory));
    this.#credential = rememberedCredential(options.memory);
  }

  /** Connects with what is remembered, or with this. */
  signIn(credential?: Credential, access: Access = this.access.value): void {
    if (credential !== undefined) this.#credential = credential;
    this.access.value = access;
    rememberAccess(this.#options.memory, access);
    void this.#connect(0);
  }

  signOut(): void {
    this.#credential = undefined;
    forgetCredential(this.#options.memory);
    this.#leave();
    this.lostAtMs.value = undefined;
    this.state.value = { kind: 'signed-out', wants: 'token', why: undefined, hasEnded: false };
  }

  retryNow(): void {
    void this.#connect(0);
  }

  /** @throws {RequestError} the gateway's refusal; @throws {NotConnected} nothing was sent */
  async call<M extends MethodName>(
    method: M,
    params: MethodParams<M>,
    options: RequestOptions = {},
  ): Promise<unknown> {
    const state = this.state.value;
    if (state.kind !== 'connected') throw new NotConnected();
    return state.connection.request(method, params, { timeoutMs: CALL_TIMEOUT_MS, ...options });
  }

  /** May this tab call what needs the scope? Decides what is offered; the gateway decides what is done. */
  may(scope: Scope): boolean {
    return holdsScope(ACCESS_SCOPES[this.access.value], scope);
  }

  /** Does this gateway know the method? A gateway of another make may not. */
  offers(method: MethodName): boolean {
    const state = this.state.value;
    return (
      state.kind === 'connected' && (state.connection.hello.features?.methods?.includes(method) ?? false)
    );
  }

  onEvent(listener: (event: EventFrame) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async #connect(attempt: number): Promise<void> {
    this.#leave();
    const generation = this.#generation;
    const { openSocket, keys, platform } = this.#options;
    const credential = this.#credential;
    // While the connection is lost the page keeps saying so, instead of flickering at each attempt.
    if (this.lostAtMs.value === undefined) this.state.value = { kind: 'connecting', attempt };
    const outcome = await connectGateway({
      openSocket,
      connectParams: async (challenge) => {
        if (challenge !== undefined) noteGatewayTime(challenge.ts);
        const access = this.access.value;
        return pageConnectParams({ keys: await keys, credential, access, platform }, challenge);
      },
      onEvent: (event) => {
        if (generation === this.#generation) for (const listener of this.#listeners) listener(event);
      },
    });
    if (generation !== this.#generation) {
      if (outcome.kind === 'connected') outcome.connection.close();
      return;
    }
    if (outcome.kind !== 'connected') {
      this.#fail(afterFailure({ outcome, attempt, credential, nowMs: Date.now() }));
      return;
    }
    const { connection } = outcome;
    this.server.value = connection.hello.server;
    this.#keepDeviceToken(connection.hello.auth?.deviceToken);
    this.lostAtMs.value = undefined;
    this.state.value = { kind: 'connected', connection, sinceMs: Date.now() };
    const close = await connection.closed;
    if (generation !== this.#generation) return;
    this.lostAtMs.value = Date.now();
    this.#fail(
      afterFailure({
        outcome: { kind: 'closed', close, cause: undefined },
        attempt: 0,
        credential,
        nowMs: Date.now(),
      }),
    );
  }

  /** From now on the token bound to this device is enough; the shared secret is let go. */
  #keepDeviceToken(token: string | undefined): void {
    if (token === undefined) return;
    this.#credential = { kind: 'device', token };
    rememberDeviceToken(this.#options.memory, token);
  }

  #fail(next: LinkState): void {
    if (next.kind === 'signed-out') {
      this.#credential = undefined;
      this.lostAtMs.value = undefined;
      forgetCredential(this.#options.memory);
    }
    this.state.value = next;
    if ('retryAtMs' in next) {
      const { attempt } = next;
      this.#timer = setTimeout(() => void this.#connect(attempt), Math.max(0, next.retryAtMs - Date.now()));
    }
  }

  #leave(): void {
    clearTimeout(this.#timer);
    this.#generation += 1;
    if (this.state.value.kind === 'connected') this.state.value.connection.close();
  }
}
