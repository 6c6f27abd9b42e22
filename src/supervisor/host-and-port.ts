/** `host:port` with IPv6 in brackets, as in URLs and holder records. */
export function hostAndPort(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
