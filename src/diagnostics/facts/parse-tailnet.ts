/** One thing the tailnet client publishes. */
export type ServeEntry = {
  /** `name:port` as seen from the tailnet. */
  host: string;
  port: number;
  path: string;
  /** Where it leads: an address, a directory, a text. */
  target: string;
  /** Open to the whole internet. */
  isFunnel: boolean;
  /** Belongs to a command that runs in a terminal; `tailscale serve status` without JSON does not show it (F-57). */
  isForeground: boolean;
};

/** `tailscale status --json`; warnings before the JSON are skipped (F-53). @throws SyntaxError */
export function parseTailnetStatus(text: string): { state: string; dnsName: string } {
  const status = parseObject(text);
  const self = objectAt(status, 'Self');
  return {
    state: textAt(status, 'BackendState') || 'unknown',
    dnsName: textAt(self, 'DNSName').replace(/\.$/, ''),
  };
}

/** `tailscale serve status --json` (ipn.ServeConfig): `Web`, `AllowFunnel`, and the same again below `Foreground`. @throws SyntaxError */
export function parseServeStatus(text: string): ServeEntry[] {
  const config = text.trim() === '' ? {} : parseObject(text);
  const foreground = Object.values(objectAt(config, 'Foreground'));
  return [...entriesOf(config, false), ...foreground.flatMap((part) => entriesOf(part, true))];
}

function entriesOf(config: unknown, isForeground: boolean): ServeEntry[] {
  const funnels = objectAt(config, 'AllowFunnel');
  return Object.entries(objectAt(config, 'Web')).flatMap(([host, web]) =>
    Object.entries(objectAt(web, 'Handlers')).map(([path, handler]) => ({
      host,
      port: Number(host.split(':').at(-1)),
      path,
      target: textAt(handler, 'Proxy') || textAt(handler, 'Path') || textAt(handler, 'Text'),
      isFunnel: funnels[host] === true,
      isForeground,
    })),
  );
}

function parseObject(text: string): unknown {
  const start = text.indexOf('{');
  return JSON.parse(start < 0 ? text : text.slice(start));
}

function objectAt(value: unknown, key: string): Record<string, unknown> {
  const found =
    typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined; // object: checked
  return typeof found === 'object' && found !== null ? (found as Record<string, unknown>) : {}; // object: checked
}

function textAt(value: unknown, key: string): string {
  const found =
    typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined; // object: checked
  return typeof found === 'string' ? found : '';
}
