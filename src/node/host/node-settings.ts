import { parsePins } from '../../protocol/host/index.ts';
import { DEFAULT_PORT } from '../../protocol/index.ts';
import { type NodeConfig, newNodeConfig, OpsError } from '../../state/index.ts';

/** Where the gateway is. What is left out comes from `node.json`, else it is `ws://127.0.0.1:18789`. */
export type GatewayAddress = { host?: string; port?: number; tls?: boolean; tlsFingerprint?: string };

/** What the command line said; everything optional. `url` stands for `gateway`. */
export type NodeOverrides = {
  gateway?: GatewayAddress;
  url?: string;
  nodeId?: string;
  displayName?: string;
};

export type NodeSettings = {
  url: string;
  /** `host:port`, the key under which device tokens are kept. */
  gatewayKey: string;
  tlsFingerprint: string | undefined;
  /** `ws://` to something other than this machine's loopback (F-75). */
  isReadableOnTheWay: boolean;
  nodeId: string;
  displayName: string;
  /** What `node.json` says from now on. */
  file: NodeConfig;
};

/**
 * Settings of this start: command line, else `node.json`, else defaults (cli-and-state §3). TLS and its pin are not
 * carried over to another gateway: they were said about the old one.
 * @throws `usage` for an address that cannot work, `config/invalid` for plain text beyond loopback that nobody asked for (F-75)
 */
export function resolveNodeSettings(
  overrides: NodeOverrides,
  stored: NodeConfig | undefined,
  hostName: string,
): NodeSettings {
  const asked =
    overrides.url === undefined ? (overrides.gateway ?? {}) : addressOf(overrides.url, overrides.gateway);
  const before = stored?.gateway;
  const host = asked.host ?? before?.host ?? '127.0.0.1';
  const port = asked.port ?? before?.port ?? DEFAULT_PORT;
  const isSame = before?.host === host && before.port === port;
  // A unit still carries the pin of its installation; the one that replaced it (`node pin`) goes before.
  const isReplaced =
    isSame && asked.tlsFingerprint !== undefined && before['tlsFingerprintReplaces'] === asked.tlsFingerprint;
  const tlsFingerprint =
    (isReplaced ? undefined : asked.tlsFingerprint) ?? (isSame ? before.tlsFingerprint : undefined);
  const tls = asked.tls ?? (asked.tlsFingerprint !== undefined || (isSame && before.tls === true));
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new OpsError('usage', `cannot use the port ${port}: it must be a number from 1 to 65535`);
  }
  if (tlsFingerprint !== undefined && !tls) {
    throw new OpsError(
      'usage',
      `cannot pin a certificate for ${host}:${port}: a TLS fingerprint needs --tls`,
    );
  }
  if (tlsFingerprint !== undefined && parsePins(tlsFingerprint) === undefined) {
    throw new OpsError(
      'usage',
      'cannot use the TLS fingerprint: it must be 64 hexadecimal digits (SHA-256), or two of those with a comma',
    );
  }
  const authority = `${host.includes(':') && !host.startsWith('[') ? `[${host}]` : host}:${port}`;
  const url = `${tls ? 'wss' : 'ws'}://${authority}/`;
  if (!URL.canParse(url)) throw new OpsError('usage', `cannot use ${JSON.stringify(host)} as a host name`);
  const isMeant = asked.tls === false || (isSame && before.tls === false);
  if (!tls && !isMeant && !isLoopback(host)) {
    throw new OpsError(
      'config/invalid',
      `cannot connect to ${host}:${port} in clear: everybody on the way would read the token and the output`,
      {
        evidence: { host, port },
        remedies: [
          {
            kind: 'run',
            command: ['clawdbot', 'node', 'install', '--host', host, '--port', String(port), '--tls'],
          },
          {
            kind: 'read',
            text: 'Publish the gateway with Tailscale Serve and use that name with --tls; --no-tls says that the way is safe by other means.',
          },
        ],
      },
    );
  }
  const displayName = overrides.displayName?.trim() || stored?.displayName || hostName;
  const nodeId = overrides.nodeId?.trim() || stored?.nodeId;
  const gateway = { ...before, host, port, tls };
  delete gateway.tlsFingerprint;
  const file: NodeConfig = {
    ...(stored ?? newNodeConfig()),
    ...(nodeId === undefined ? {} : { nodeId }),
    displayName,
    gateway: tlsFingerprint === undefined ? gateway : { ...gateway, tlsFingerprint },
  };
  return {
    url,
    gatewayKey: authority,
    tlsFingerprint,
    isReadableOnTheWay: !tls && !isLoopback(host),
    nodeId: file.nodeId,
    displayName,
    file,
  };
}

/** Only what is loopback by itself; a name may resolve to something else at the next attempt. */
function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);
}

function addressOf(url: string, extra: GatewayAddress | undefined): GatewayAddress {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed?.protocol !== 'ws:' && parsed?.protocol !== 'wss:') {
    throw new OpsError(
      'usage',
      `cannot connect to ${JSON.stringify(url)}: the address must start with ws:// or wss://`,
    );
  }
  const tls = parsed.protocol === 'wss:';
  const port = parsed.port === '' ? (tls ? 443 : 80) : Number(parsed.port);
  const pin = extra?.tlsFingerprint;
  return {
    host: parsed.hostname.replace(/^\[|\]$/g, ''),
    port,
    tls,
    ...(pin === undefined ? {} : { tlsFingerprint: pin }),
  };
}
