import type { ListeningSocket } from './proc-net.ts';

/** How a listener relates to an address we want to bind on the same port. */
export type BindRelation =
  /** bind(2) would fail with EADDRINUSE. */
  | 'blocks'
  /** `::` without IPV6_V6ONLY also takes IPv4; /proc does not show the option, only a connection does. */
  | 'may-block'
  /** Both can listen, but `localhost` may reach the other one (field failure F-17). */
  | 'ambiguous'
  | 'unrelated';

/** Relation of one listener to one wanted numeric address (IPv6 without brackets), by the rules of ip(7) and ipv6(7). */
export function bindRelation(
  listener: Pick<ListeningSocket, 'family' | 'address'>,
  wanted: string,
): BindRelation {
  const family = wanted.includes(':') ? 'ipv6' : 'ipv4';
  if (listener.family === family) {
    if (listener.address === wanted || isWildcard(listener.address) || isWildcard(wanted)) return 'blocks';
  } else {
    if (listener.address === '::' || wanted === '::') return 'may-block';
    if (listener.address === `::ffff:${wanted}`) return 'blocks';
  }
  return isLoopback(listener.address) && isLoopback(wanted) ? 'ambiguous' : 'unrelated';
}

function isWildcard(address: string): boolean {
  return address === '0.0.0.0' || address === '::';
}

function isLoopback(address: string): boolean {
  return address === '::1' || address.startsWith('127.');
}
