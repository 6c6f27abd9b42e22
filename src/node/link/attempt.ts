import { type DeviceKeys, openNodeSocket, signedConnectParams } from '../../protocol/host/index.ts';
import {
  CLOSE,
  type ConnectOutcome,
  connectGateway,
  type EventFrame,
  type SocketLike,
} from '../../protocol/index.ts';
import { isCredentialVerdict } from './failure.ts';
import type { TokenMemory } from './token-memory.ts';

export type AttemptOptions = {
  url: string;
  /** The pins in force now; asked before every attempt. */
  tlsFingerprint: () => string | undefined;
  keys: DeviceKeys;
  version: string;
  displayName: string | undefined;
  /** Sent as `client.instanceId`. */
  nodeId: string;
  commands: readonly string[];
  pathEnv: string;
  /** What the configuration gives; a stored device token goes before it. */
  configured: { token: string | undefined; password: string | undefined };
  tokens: TokenMemory;
  /** See `openNodeSocket`. */
  onDoubt?: (prove: () => void) => () => void;
  log: { info(text: string): void };
};

/** Half of the minute in which a half-open connection has to be noticed, and a little less (F-63). */
const PING_EVERY_MS = 25_000;

/**
 * One attempt to connect as a node. The device token stored for this gateway is tried first; when the gateway refuses
 * it and the configuration has a credential, it is forgotten and that one is tried at once. `budgetMs`: how long each may
 * take from opening to hello, default that of `connectGateway`.
 */
export async function attemptConnection(
  options: AttemptOptions,
  onEvent: (event: EventFrame) => void,
  signal: AbortSignal,
  budgetMs?: number,
): Promise<ConnectOutcome> {
  const { configured, tokens, log } = options;
  const stored = tokens.read();
  const first = await connectWith(options, { token: stored ?? configured.token, onEvent, signal, budgetMs });
  if (first.kind === 'connected') return keepToken(first, tokens);
  const hasOther = configured.token !== undefined || configured.password !== undefined;
  if (stored === undefined || !hasOther || !isCredentialVerdict(first)) return first;
  tokens.forget();
  log.info(
    'the gateway refused the stored device token; it was forgotten, now the configured credential is tried',
  );
  const second = await connectWith(options, { token: configured.token, onEvent, signal, budgetMs });
  return second.kind === 'connected' ? keepToken(second, tokens) : second;
}

/** Forgets the stored token when the gateway says by its close code that the device was removed (4001). */
export function forgetIfRemoved(closeCode: number, tokens: TokenMemory): void {
  if (closeCode === CLOSE.deviceRemoved) tokens.forget();
}

type Try = {
  token: string | undefined;
  onEvent: (event: EventFrame) => void;
  signal: AbortSignal;
  budgetMs: number | undefined;
};

async function connectWith(
  options: AttemptOptions,
  { token, onEvent, signal, budgetMs }: Try,
): Promise<ConnectOutcome> {
  const { password } = options.configured;
  try {
    return await connectGateway({
      openSocket: () => openSocket(options),
      connectParams: (challenge) =>
        signedConnectParams(
          {
            clientId: 'node-host',
            mode: 'node',
            role: 'node',
            scopes: [],
            version: options.version,
            keys: options.keys,
            instanceId: options.nodeId,
            caps: ['system'],
            commands: options.commands,
            pathEnv: options.pathEnv,
            ...(token === undefined ? {} : { token }),
            ...(password === undefined ? {} : { password }),
            ...(options.displayName === undefined ? {} : { displayName: options.displayName }),
          },
          challenge,
        ),
      onEvent,
      signal,
      ...(budgetMs === undefined ? {} : { connectTimeoutMs: budgetMs }),
    });
  } catch (thrown) {
    // The socket could not even be made (no descriptors left, an address the parser refuses): as good as no network.
    const cause = thrown instanceof Error ? thrown.message : String(thrown);
    return { kind: 'closed', close: { code: 1006, reason: '' }, cause };
  }
}

function openSocket({ url, tlsFingerprint: pins, onDoubt }: AttemptOptions): SocketLike {
  const tlsFingerprint = pins();
  return openNodeSocket({
    url,
    pingEveryMs: PING_EVERY_MS,
    ...(onDoubt === undefined ? {} : { onDoubt }),
    ...(tlsFingerprint === undefined ? {} : { tlsFingerprint }),
  });
}

function keepToken(
  outcome: Extract<ConnectOutcome, { kind: 'connected' }>,
  tokens: TokenMemory,
): ConnectOutcome {
  const auth = outcome.connection.hello.auth;
  if (auth !== undefined && typeof auth.deviceToken === 'string' && auth.deviceToken !== '') {
    tokens.remember(auth.deviceToken, auth.scopes ?? []);
  }
  return outcome;
}
