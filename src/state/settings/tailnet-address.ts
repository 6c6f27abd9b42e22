/**
 * Does Tailscale give this address out? 100.64.0.0/10 (RFC 6598) and fd7a:115c:a1e0::/48 (tailscale.com/net/tsaddr), plain
 * or as an IPv4 address in an IPv6 one.
 */
export function isTailnetAddress(address: string): boolean {
  return (
    /^(::ffff:)?100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.\d+\.\d+$/i.test(address) ||
    /^fd7a:115c:a1e0:/i.test(address)
  );
}
