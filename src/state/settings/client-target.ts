import type { LoadedConfig } from '../config/load.ts';
import { OpsError } from '../ops-error.ts';
import { readPort } from './sources.ts';

/** What the command line said about the target; everything optional. */
export type TargetOverrides = { url?: string; token?: string; password?: string; tlsFingerprint?: string };

/** The gateway a client talks to and the shared secrets it may present. */
export type ClientTarget = {
  url: string;
  /** For the `Source:` line of connection failures. */
  source: 'cli --url' | 'config gateway.remote.url' | 'local loopback';
  /** Local targets share a machine with their gateway. */
  isLocal: boolean;
  token: string | undefined;
  password: string | undefined;
  /** The config has a secret, and it was not taken: `--url` names another host than the configured one. */
  isSecretWithheld: boolean;
  /** Hex without colons, lower case. */
  tlsFingerprint: string | undefined;
  /** Local TLS without a pin: the certificate file whose fingerprint is the pin (the gateway made it). */
  tlsCertificateFile: string | undefined;
  configPath: string;
  /** `gateway.bind`, for local targets. */
  bind: string | undefined;
};

/**
 * Decides where a client connects (cli-and-state section 1): `--url`, else in remote mode `gateway.remote.url`, else
 * loopback with the port of option, environment or config. Secrets of the config go to the host they are configured for
 * (in local mode: this one) and to no other that `--url` names; the reference sends them anywhere, its successor nowhere.
 * Options and environment were said for this call, and count for any host.
 * @throws `config/missing` in remote mode without a URL; `usage` when a fingerprint is given for `ws://`
 */
export function resolveClientTarget(
  loaded: LoadedConfig,
  env: Readonly<Record<string, string | undefined>>,
  overrides: TargetOverrides = {},
): ClientTarget {
  const { gateway } = loaded.config;
  const isRemote = gateway.mode === 'remote';
  const place = targetPlace(loaded, env, overrides.url);
  const configured = isRemote ? gateway.remote : gateway.auth;
  const isMeant =
    place.source !== 'cli --url' || isConfiguredHost(place.url, isRemote ? gateway.remote.url : undefined);
  const { token: ownToken, password: ownPassword } = isMeant ? configured : NO_SECRETS;
  const saidToken =
    present(overrides.token) ?? (isRemote ? undefined : present(env['CLAWDBOT_GATEWAY_TOKEN']));
  const token = saidToken ?? ownToken;
  const password = present(overrides.password) ?? present(env['CLAWDBOT_GATEWAY_PASSWORD']) ?? ownPassword;
  const pin = overrides.tlsFingerprint ?? (isRemote ? gateway.remote.tlsFingerprint : undefined);
  if (pin !== undefined && place.url.startsWith('ws:')) {
    throw new OpsError(
      'usage',
      `cannot pin a certificate for ${place.url}: a TLS fingerprint needs a wss:// address`,
    );
  }
  const isOwnTls = place.isLocal && place.url.startsWith('wss:') && pin === undefined;
  return {
    ...place,
    token,
    password,
    isSecretWithheld: !isMeant && (configured.token !== undefined || configured.password !== undefined),
    tlsFingerprint: pin
      ?.replace(/^sha256:/i, '')
      .replaceAll(':', '')
      .toLowerCase(),
    tlsCertificateFile: isOwnTls
      ? (gateway.tls.certPath ?? `${loaded.paths.tlsDir}/gateway-cert.pem`)
      : undefined,
    configPath: loaded.path,
    bind: place.isLocal ? gateway.bind : undefined,
  };
}

function targetPlace(
  loaded: LoadedConfig,
  env: Readonly<Record<string, string | undefined>>,
  url: string | undefined,
): Pick<ClientTarget, 'url' | 'source' | 'isLocal'> {
  const { gateway } = loaded.config;
  if (present(url) !== undefined)
    return { url: webSocketUrl(url ?? ''), source: 'cli --url', isLocal: false };
  if (gateway.mode === 'remote') {
    if (gateway.remote.url !== undefined) {
      return { url: gateway.remote.url, source: 'config gateway.remote.url', isLocal: false };
    }
    throw new OpsError(
      'config/missing',
      'cannot find the gateway: gateway remote mode misconfigured: gateway.remote.url missing',
      {
        remedies: [
          { kind: 'run', command: ['clawdbot', 'config', 'set', 'gateway.remote.url', 'wss://HOST'] },
          { kind: 'run', command: ['clawdbot', 'config', 'set', 'gateway.mode', 'local'] },
        ],
      },
    );
  }
  const scheme = gateway.tls.enabled ? 'wss' : 'ws';
  return {
    url: `${scheme}://127.0.0.1:${readPort(loaded, env).value}`,
    source: 'local loopback',
    isLocal: true,
  };
}

const NO_SECRETS = { token: undefined, password: undefined };

/** Is it the host the secrets of the config are for, and no plain text where TLS is configured? */
function isConfiguredHost(url: string, remoteUrl: string | undefined): boolean {
  const { hostname, protocol } = new URL(url);
  if (remoteUrl === undefined || !URL.canParse(remoteUrl)) return isLoopbackName(hostname);
  const remote = new URL(remoteUrl);
  const isSame =
    hostname === remote.hostname || (isLoopbackName(hostname) && isLoopbackName(remote.hostname));
  return isSame && (protocol === remote.protocol || protocol === 'wss:' || isLoopbackName(hostname));
}

function isLoopbackName(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}

/** @throws `usage` */
function webSocketUrl(url: string): string {
  const isWebSocket = URL.canParse(url) && ['ws:', 'wss:'].includes(new URL(url).protocol);
  if (isWebSocket) return url;
  throw new OpsError(
    'usage',
    `cannot connect to ${JSON.stringify(url)}: the address must start with ws:// or wss://`,
  );
}

function present(value: string | undefined): string | undefined {
  return value === undefined || value.trim() === '' ? undefined : value;
}
