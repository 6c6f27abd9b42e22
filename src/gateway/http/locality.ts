import type { IncomingHttpHeaders } from 'node:http';

/** Where a request really comes from, as far as it can be proven. */
export type Locality = {
  /** From a program on this machine: loopback peer and no trace of a proxy. */
  isLocal: boolean;
  /** The client's address; undefined when only an unproven header claims one. */
  clientIp: string | undefined;
  /** Forwarding headers came from a peer that is not a trusted proxy. */
  hasUntrustedForwarding: boolean;
};

/** Headers whose mere presence shows (or fakes) a proxy in between: the standard ones, and those of common proxies. */
const FORWARDING_HEADER =
  /^(forwarded|via|x-(original-)?forwarded(-.*)?|x-real-ip|(x-|true-|x-cluster-|fly-)client-ip|x-envoy-.*|cf-.*|cdn-loop|tailscale-.*)$/;

/**
 * Decides whether a request is local. Stricter than the reference (gateway-protocol §7): any forwarding evidence
 * makes it remote, also from a trusted proxy, because loopback is where every proxy connects from (F-98).
 * The client address behind a trusted proxy is the last entry of `X-Forwarded-For` that is not a proxy itself;
 * earlier entries are whatever the client sent.
 */
export function placePeer(
  peerAddress: string | undefined,
  headers: IncomingHttpHeaders,
  trustedProxies: readonly string[],
): Locality {
  const peer = plainAddress(peerAddress ?? '');
  const isForwarded = Object.keys(headers).some((name) => FORWARDING_HEADER.test(name));
  if (!isForwarded)
    return { isLocal: isLoopback(peer), clientIp: peer || undefined, hasUntrustedForwarding: false };
  const proxies = trustedProxies.map(plainAddress);
  if (!proxies.includes(peer)) return { isLocal: false, clientIp: undefined, hasUntrustedForwarding: true };
  const chain = String(headers['x-forwarded-for'] ?? headers['x-real-ip'] ?? '')
    .split(',')
    .map(plainAddress)
    .filter((address) => address !== '');
  const clientIp = chain.findLast((address) => !proxies.includes(address)) ?? peer;
  return { isLocal: false, clientIp, hasUntrustedForwarding: false };
}

/** `::ffff:10.0.0.1`, `10.0.0.1:55555`, ` [::1]:80 ` and `fe80::1%eth0` as bare lower-case addresses. */
export function plainAddress(text: string): string {
  let address = text.trim().toLowerCase();
  const bracketed = /^\[([^\]]*)\](?::\d+)?$/.exec(address);
  if (bracketed?.[1] !== undefined) address = bracketed[1];
  else if (/^[\d.]+:\d+$/.test(address)) address = address.slice(0, address.indexOf(':'));
  if (address.startsWith('::ffff:') && address.includes('.')) address = address.slice(7);
  return address.replace(/%.*$/, '');
}

/** 127.0.0.0/8 or ::1, given as {@link plainAddress} makes it. */
export function isLoopback(address: string): boolean {
  return address === '::1' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(address);
}

/**
 * Whom failed attempts from this address are counted for. One customer of an IPv6 network has at least 2^64 addresses
 * (RFC 6177), so global ones count as their /64; private ones do not: a whole tailnet can be in one.
 */
export function countedAs(address: string): string {
  const [first = '', ...more] = address.split('::');
  const start = first.split(':');
  if (!/^[23][\da-f]{3}$/.test(start[0] ?? '')) return address;
  const network = more.length === 0 ? start : [...start, '0', '0', '0'];
  return `${network
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}
