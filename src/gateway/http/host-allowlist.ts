import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { isLoopback, plainAddress } from './locality.ts';

export type HostPolicy = {
  /** The port this gateway listens on; configured names without a port mean this one or the scheme's default. */
  port: number;
  /** `gateway.allowedHosts`: `name` or `name:port`. */
  allowedHosts: readonly string[];
  /** Addresses listened on; a literal bound address is as good as loopback. */
  boundAddresses: readonly string[];
};

/**
 * May a request with this `Host` be answered? Guards against DNS rebinding (F-96): a web page can make a browser
 * connect to 127.0.0.1 under its own name, but it cannot make the browser send a literal address it did not use.
 * Literal loopback passes with any port: an SSH tunnel (`ssh -L 9999:127.0.0.1:18789`) changes it.
 */
export function isHostAllowed(host: string | undefined, policy: HostPolicy): boolean {
  const target = parseHost(host);
  if (target === undefined) return false;
  if (target.name === 'localhost' || isLoopback(target.name) || isTailnetName(target.name)) return true;
  if (policy.boundAddresses.some((address) => isBound(plainAddress(address), target.name))) {
    return target.port === policy.port;
  }
  return policy.allowedHosts.some((entry) => {
    const allowed = parseHost(entry);
    if (allowed === undefined || allowed.name !== target.name) return false;
    if (allowed.port !== undefined) return allowed.port === target.port;
    return target.port === undefined || target.port === policy.port || target.port === 443;
  });
}

/**
 * `machine.tailnet.ts.net`: what Tailscale Serve sends in `Host`, whatever port it serves on. Nobody but Tailscale answers
 * DNS for these names, with tailnet or Funnel addresses, so no web page can be rebound to loopback under one.
 */
function isTailnetName(name: string): boolean {
  return /^[a-z0-9-]+\.[a-z0-9-]+\.ts\.net$/.test(name);
}

/** A wildcard address stands for every literal one: which addresses the machine has may change at any time. */
function isBound(bound: string, name: string): boolean {
  return bound === name || ((bound === '0.0.0.0' || bound === '::') && isIP(name) !== 0);
}

/**
 * May a page of this `Origin` open a WebSocket? Absent (programs send none) or same-origin with the `Host` the
 * request used; that name has already passed {@link isHostAllowed}. Another port on the same machine is foreign.
 */
export function isOriginAllowed(
  origin: string | undefined,
  host: string | undefined,
  policy: HostPolicy,
): boolean {
  if (origin === undefined) return true;
  if (!URL.canParse(origin)) return false;
  const { protocol, host: originHost } = new URL(origin);
  if (protocol !== 'http:' && protocol !== 'https:') return false;
  if (host !== undefined && originHost === host.trim().toLowerCase()) return isHostAllowed(host, policy);
  return policy.allowedHosts.some((entry) => entry.trim().toLowerCase() === originHost);
}

/**
 * The host a request is for. A target in absolute form overrides the header (RFC 9112 §3.2.2); several headers are none:
 * whoever stands before us may have gone by another one of them than we would.
 */
export function requestedHost({
  url = '/',
  headers,
  rawHeaders,
}: Pick<IncomingMessage, 'url' | 'headers' | 'rawHeaders'>): string | undefined {
  const names = rawHeaders.filter((_, at) => at % 2 === 0);
  if (names.filter((name) => name.toLowerCase() === 'host').length > 1) return undefined;
  if (url.startsWith('/')) return headers.host;
  return URL.canParse(url) ? new URL(url).host : undefined;
}

type HostParts = { name: string; port: number | undefined };

/** Splits `name`, `name:port`, `[v6]` and `[v6]:port`; undefined for anything that is not exactly one of those. */
function parseHost(host: string | undefined): HostParts | undefined {
  const match = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::(\d{1,5}))?$/.exec(host?.trim().toLowerCase() ?? '');
  if (match?.[1] === undefined) return undefined;
  const name = match[1].replace(/^\[|\]$/g, '').replace(/\.$/, '');
  return { name, port: match[2] === undefined ? undefined : Number(match[2]) };
}
