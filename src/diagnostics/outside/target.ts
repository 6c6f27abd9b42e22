import { isIP } from 'node:net';
import type { DeviceKeys } from '../../protocol/host/index.ts';
import { OpsError } from '../../state/index.ts';

/** Where the walk leads, and what this machine can show there. */
export type Target = {
  host: string;
  port: number;
  isTls: boolean;
  /** Per step. */
  deadlineMs: number;
  /** Pins this machine has for that address. */
  pins: string | undefined;
};

/** Where a node host stands, as in its status file. */
export type NodeState = {
  state: string;
  requestId: string | undefined;
  lastError: { text: string; class: string } | undefined;
};

/** Who this machine would be there. */
export type Visitor = {
  role: 'node' | 'operator';
  /** Undefined: no identity yet; one that nobody can approve is used, and only as far as the secret. */
  keys: DeviceKeys | undefined;
  token: string | undefined;
  password: string | undefined;
  /** What the node host of this machine says now, when that address is its gateway; undefined when it does not run. */
  nodeState: () => NodeState | undefined;
  version: string;
};

/** Reads what a person typed: an address as in the browser (`https:`), or as in the config (`wss:`). @throws `usage` */
export function readTarget(url: string): Pick<Target, 'host' | 'port' | 'isTls'> {
  const withScheme = /^[a-z]+:\/\//i.test(url) ? url : `https://${url}`;
  const parsed = URL.canParse(withScheme) ? new URL(withScheme) : undefined;
  if (parsed === undefined || !/^(https?|wss?):$/.test(parsed.protocol) || parsed.hostname === '') {
    throw new OpsError(
      'usage',
      `cannot probe ${JSON.stringify(url)}: it must start with https://, wss://, http:// or ws://`,
    );
  }
  const isTls = parsed.protocol === 'https:' || parsed.protocol === 'wss:';
  return {
    host: parsed.hostname.replace(/^\[|\]$/g, ''),
    port: parsed.port === '' ? (isTls ? 443 : 80) : Number(parsed.port),
    isTls,
  };
}

/** `name:port` as in the `Host` header, without the scheme's own port. */
export function authorityOf({ host, port, isTls }: Pick<Target, 'host' | 'port' | 'isTls'>): string {
  const name = host.includes(':') ? `[${host}]` : host;
  return port === (isTls ? 443 : 80) ? name : `${name}:${port}`;
}

/** The name a TLS client sends ahead (SNI); none for an address (RFC 6066 §3). */
export function serverNameOf({ host }: Pick<Target, 'host'>): string {
  return isIP(host) === 0 ? host : '';
}
