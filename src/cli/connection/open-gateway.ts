import { openNodeSocket, signedConnectParams } from '../../protocol/host/index.ts';
import {
  type ConnectOutcome,
  connectGateway,
  type EventFrame,
  type GatewayConnection,
  RequestError,
  type Scope,
} from '../../protocol/index.ts';
import { type ClientTarget, OpsError } from '../../state/index.ts';
import type { Cli } from '../cli.ts';
import { escapeText } from '../output/escape-text.ts';
import type { Options } from '../program/command-spec.ts';
import { numberOption } from '../program/option-values.ts';
import { VERSION } from '../version.ts';
import { explainConnectFailure, type FailedConnect } from './connect-failure.ts';
import { type Credential, credentialsFor, forgetDeviceToken, keepDeviceToken } from './credentials.ts';
import { findTarget } from './find-target.ts';
import type { CallOptions, CallOutcome, Gateway } from './gateway.ts';
import { withInstalledToken } from './installed-token.ts';
import { recordOf, textIn } from './payload.ts';

/** Budget of one call when neither `--timeout` nor the command says otherwise (cli-and-state §1). */
const CALL_TIMEOUT_MS = 10_000;

/** What a command line client asks for: everything an operator may hold; the gateway grants what it decides. */
const SCOPES: readonly Scope[] = ['operator.admin', 'operator.approvals', 'operator.pairing'];

export type OpenOptions = {
  cli: Cli;
  options: Options;
  /** Completes `cannot …` in every failure: `list nodes`. */
  intention: string;
  /** Budget of one call without `--timeout`, milliseconds. */
  timeoutMs?: number;
};

/**
 * Connects, runs `use`, closes.
 * @throws `gateway/unreachable`, `gateway/refused`, `gateway/auth-missing`, `tls/pin-mismatch`, `config/invalid`
 */
export async function withGateway<T>(open: OpenOptions, use: (gateway: Gateway) => Promise<T>): Promise<T> {
  const gateway = await openGateway(open);
  try {
    return await use(gateway);
  } finally {
    gateway.close();
  }
}

/** Connects; the caller closes. See {@link withGateway}. */
export async function openGateway({ cli, options, intention, timeoutMs }: OpenOptions): Promise<Gateway> {
  const target = await withInstalledToken(cli, findTarget(cli, options, intention), options);
  const limitMs = numberOption(options, 'timeout') ?? timeoutMs ?? CALL_TIMEOUT_MS;
  const listeners: ((event: EventFrame) => void)[] = [];
  const credentials = credentialsFor(cli, target, options);
  let failed: FailedConnect['outcome'];
  let used: Credential | undefined;
  for (const credential of credentials.tries) {
    used = credential;
    const outcome = await connect(target, credentials.keys, credential, limitMs, (event) => {
      for (const listener of listeners) listener(event);
    });
    if (outcome.kind === 'connected') {
      keepDeviceToken(cli, target, credentials.keys.deviceId, outcome.connection.hello.auth);
      return wrap(outcome.connection, { url: target.url, intention, limitMs, listeners });
    }
    failed = outcome;
    const tokenRefused =
      outcome.kind === 'refused' &&
      /token.*(mismatch|missing|invalid)|unauthorized/i.test(outcome.error.message);
    if (!tokenRefused) break;
    // A token for another gateway, or a revoked one, is of no use ever again (gateway-protocol §17).
    if (credential.kind === 'device') forgetDeviceToken(cli, target, credentials.keys.deviceId);
  }
  throw await explainConnectFailure({ cli, target, intention, credential: used, outcome: failed });
}

async function connect(
  target: ClientTarget,
  keys: Parameters<typeof signedConnectParams>[0]['keys'],
  credential: Credential,
  connectTimeoutMs: number,
  onEvent: (event: EventFrame) => void,
): Promise<ConnectOutcome> {
  return connectGateway({
    openSocket: () =>
      openNodeSocket({
        url: target.url,
        ...(target.tlsFingerprint === undefined ? {} : { tlsFingerprint: target.tlsFingerprint }),
      }),
    connectParams: (challenge) =>
      signedConnectParams(
        {
          clientId: 'cli',
          mode: 'cli',
          role: 'operator',
          scopes: SCOPES,
          version: VERSION,
          keys,
          ...(credential.token === undefined ? {} : { token: credential.token }),
          ...(credential.password === undefined ? {} : { password: credential.password }),
        },
        challenge,
      ),
    connectTimeoutMs,
    onEvent,
  });
}

type Wrapping = {
  url: string;
  intention: string;
  limitMs: number;
  listeners: ((event: EventFrame) => void)[];
};

function wrap(connection: GatewayConnection, { url, intention, limitMs, listeners }: Wrapping): Gateway {
  const tryCall = async (
    method: string,
    params: unknown = {},
    options: CallOptions = {},
  ): Promise<CallOutcome> => {
    try {
      const payload = await connection.request(method, params, { timeoutMs: limitMs, ...options });
      return { kind: 'answered', payload };
    } catch (thrown) {
      if (!(thrown instanceof RequestError)) throw thrown;
      const { code, details } = thrown.shape;
      // A protocol 4 gateway puts the node's own code before the node's words; people want the words.
      const message = textIn(recordOf(details)['nodeError'], 'message') || thrown.shape.message;
      if (code === 'TIMEOUT') throw timeoutError(intention, method, url, message);
      if (code === 'CLOSED') throw closedError(intention, url, message);
      return { kind: 'refused', code, message, details };
    }
  };
  return {
    url,
    hello: connection.hello,
    // A peer of another release may leave `features` out.
    offers: (kind, name) => connection.hello.features?.[kind]?.includes(name) ?? false,
    tryCall,
    call: async (method, params, options) => {
      const outcome = await tryCall(method, params, options);
      if (outcome.kind === 'answered') return outcome.payload;
      throw refusalError(intention, method, outcome);
    },
    onEvent: (listener) => void listeners.push(listener),
    closed: connection.closed,
    close: () => connection.close(1000),
  };
}

function timeoutError(intention: string, method: string, url: string, message: string): OpsError {
  return new OpsError('gateway/timeout', `cannot ${intention}: ${message}`, {
    evidence: { method, gatewayTarget: url },
    remedies: [
      { kind: 'read', text: 'a longer wait: --timeout MS' },
      { kind: 'run', command: ['clawdbot', 'health'] },
    ],
  });
}

function closedError(intention: string, url: string, message: string): OpsError {
  return new OpsError('gateway/closed', `cannot ${intention}: ${message}`, {
    evidence: { gatewayTarget: url },
  });
}

/** The gateway's answer `no`, with what helps for the answers people meet. */
export function refusalError(
  intention: string,
  method: string,
  { code, message, details }: { code: string; message: string; details: unknown },
): OpsError {
  const missingScope = /^missing scope: (\S+)/.exec(message)?.[1];
  return new OpsError('gateway/refused', `cannot ${intention}: ${escapeText(message)}`, {
    evidence: { method, gatewayCode: code, ...(details === undefined ? {} : { details }) },
    remedies:
      missingScope === undefined
        ? []
        : [
            {
              kind: 'read',
              text: `this device lacks the scope ${missingScope}; on the gateway machine: clawdbot devices rotate --device ID --role operator --scope ${missingScope}`,
            },
          ],
  });
}
