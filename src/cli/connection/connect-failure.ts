import {
  type CloseInfo,
  type ConnectOutcome,
  closeText,
  type ErrorShape,
  refusedUpgrade,
} from '../../protocol/index.ts';
import { type ClientTarget, OpsError, type Remedy } from '../../state/index.ts';
import type { Cli } from '../cli.ts';
import { escapeText } from '../output/escape-text.ts';
import type { Credential } from './credentials.ts';

export type FailedConnect = {
  cli: Cli;
  target: ClientTarget;
  intention: string;
  credential: Credential | undefined;
  outcome: Exclude<ConnectOutcome, { kind: 'connected' }> | undefined;
};

/**
 * Why no connection came about, put where the fault is: nothing runs, something else listens, it is stuck, the secret
 * is wrong, this device is not paired. Never throws.
 */
export async function explainConnectFailure(failed: FailedConnect): Promise<OpsError> {
  const { outcome } = failed;
  switch (outcome?.kind) {
    case 'refused':
      return explainRefusal(failed, outcome.error);
    case 'closed':
      return explainClose(failed, outcome.close, outcome.cause);
    case 'timeout':
      return explainSilence(failed, outcome.afterMs);
    case 'aborted':
    case undefined:
      return failure(failed, 'gateway/unreachable', 'the attempt was given up');
  }
}

function explainRefusal(failed: FailedConnect, { code, message: said, details }: ErrorShape): OpsError {
  // A newline of a peer must not look like a line of ours.
  const message = escapeText(said);
  if (code === 'NOT_PAIRED' || /pairing required/i.test(message)) {
    const requestId = requestIdOf(details);
    return failure(
      failed,
      'gateway/refused',
      'this device is not paired with the gateway yet; network and credentials are fine, a person has to approve it there',
      [
        {
          kind: 'run',
          command: ['clawdbot', 'devices', ...(requestId === undefined ? ['list'] : ['approve', requestId])],
        },
      ],
      { requestId },
    );
  }
  if (/unauthorized|token|password/i.test(message)) {
    return failure(failed, 'gateway/auth-missing', `the gateway refused the credentials: ${message}`, [
      {
        kind: 'read',
        text: credentialRemedy(failed),
      },
    ]);
  }
  return failure(failed, 'gateway/refused', `the gateway refused the connection: ${message}`, [], {
    gatewayCode: code,
  });
}

function credentialRemedy({ credential, target }: FailedConnect): string {
  if (credential?.kind !== 'none')
    return `what was sent came from ${credential?.origin}; compare it with gateway.auth on the gateway machine`;
  return target.isSecretWithheld
    ? 'none were sent: those of the config are for the gateway configured there, not for the host in --url; give --token'
    : 'none were sent: give --token, set CLAWDBOT_GATEWAY_TOKEN, or store gateway.auth.token in the config';
}

async function explainClose(
  failed: FailedConnect,
  close: CloseInfo,
  cause: string | undefined,
): Promise<OpsError> {
  if (cause !== undefined && /fingerprint mismatch/.test(cause)) {
    return failure(failed, 'tls/pin-mismatch', cause, [
      {
        kind: 'read',
        text: 'was the certificate renewed? compare with the one on the gateway machine before changing the pin',
      },
    ]);
  }
  if (cause !== undefined && /ECONNREFUSED/.test(cause)) {
    if (!failed.target.isLocal) {
      return failure(
        failed,
        'gateway/unreachable',
        'the connection was refused: the machine is there, but nothing listens on that port',
      );
    }
    const { describeAbsentGateway } = await import('./local-owner.ts');
    const absent = await describeAbsentGateway(failed.cli.paths, portOf(failed.target.url));
    return failure(failed, 'gateway/unreachable', absent.why, absent.remedies);
  }
  if (cause !== undefined && /self-signed|unable to verify|CERT_|certificate/i.test(cause)) {
    return failure(failed, 'gateway/unreachable', `its certificate is not trusted: ${cause}`, [
      { kind: 'read', text: 'pin it: clawdbot config set gateway.remote.tlsFingerprint SHA256' },
    ]);
  }
  if (refusedUpgrade(cause) !== undefined) {
    return failure(
      failed,
      'gateway/unreachable',
      `what listens there is not a gateway or does not accept this address: ${cause}`,
      [{ kind: 'run', command: ['clawdbot', 'listeners'] }],
    );
  }
  return failure(
    failed,
    'gateway/unreachable',
    escapeText(cause === undefined ? closeText(close) : `${closeText(close)} (${cause})`),
  );
}

async function explainSilence(failed: FailedConnect, afterMs: number): Promise<OpsError> {
  const why = `gateway timeout after ${afterMs}ms: the connection stands or hangs, but no hello came`;
  if (!failed.target.isLocal) return failure(failed, 'gateway/timeout', why);
  const { describeSilentGateway } = await import('./local-owner.ts');
  const silent = await describeSilentGateway(failed.cli.paths, portOf(failed.target.url));
  return failure(failed, 'gateway/timeout', `${why}; ${silent.why}`, silent.remedies);
}

type Code =
  | 'gateway/unreachable'
  | 'gateway/refused'
  | 'gateway/auth-missing'
  | 'gateway/timeout'
  | 'tls/pin-mismatch';

/** The lines after the message are the reference's (cli-and-state §1): scripts look for them. */
function failure(
  { target, intention }: FailedConnect,
  code: Code,
  why: string,
  remedies: readonly Remedy[] = [],
  evidence: Record<string, unknown> = {},
): OpsError {
  return new OpsError(code, `cannot ${intention}: ${why}`, {
    remedies,
    evidence: {
      ...evidence,
      gatewayTarget: withoutSecrets(target.url),
      source: target.source,
      config: target.configPath,
      ...(target.bind === undefined ? {} : { bind: target.bind }),
    },
  });
}

/** User info and query of a URL may carry secrets. */
function withoutSecrets(url: string): string {
  if (!URL.canParse(url)) return url;
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname === '/' ? '' : pathname}`;
}

function portOf(url: string): number {
  const { port, protocol } = new URL(url);
  if (port !== '') return Number(port);
  return protocol === 'wss:' ? 443 : 80;
}

function requestIdOf(details: unknown): string | undefined {
  if (typeof details !== 'object' || details === null || !('requestId' in details)) return undefined;
  return typeof details.requestId === 'string' ? details.requestId : undefined;
}
