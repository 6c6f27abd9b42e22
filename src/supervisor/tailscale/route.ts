import type { ServeEntry } from './parse-answers.ts';

/** One address of the tailnet that leads to the gateway. */
export type Route = {
  /** Name of this machine in the tailnet. */
  name: string;
  /** The port seen from the tailnet. */
  port: number;
  /** The gateway's port on loopback. */
  gatewayPort: number;
  /** Open to the whole internet. */
  isFunnel: boolean;
};

/** What stands where the route is wanted. */
export type RouteVerdict =
  | { kind: 'published'; entry: ServeEntry }
  /** Nothing at that address; `others` are further paths of the port, which may stay. */
  | { kind: 'absent'; others: readonly ServeEntry[] }
  /** The same address leads elsewhere. */
  | { kind: 'foreign'; entry: ServeEntry }
  /** The port is in use in another way (plain TCP, plain HTTP). */
  | { kind: 'taken'; entry: ServeEntry };

/** Where a route leads. */
export function routeTarget({ gatewayPort }: Pick<Route, 'gatewayPort'>): string {
  return `http://127.0.0.1:${gatewayPort}`;
}

/** What people open. */
export function routeUrl({ name, port }: Pick<Route, 'name' | 'port'>): string {
  return `https://${name}${port === 443 ? '' : `:${port}`}/`;
}

/** Compares what is wanted (name, port, scheme, path, target) with what is there (F-56, F-58). */
export function judgeRoute(entries: readonly ServeEntry[], route: Route): RouteVerdict {
  const onPort = entries.filter(({ port }) => port === route.port);
  const other = onPort.find(({ scheme }) => scheme !== 'https');
  if (other !== undefined) return { kind: 'taken', entry: other };
  const here = onPort.filter(({ host, path }) => host === `${route.name}:${route.port}` && path === '/');
  const own = here.find((entry) => leadsToGateway(entry, route.gatewayPort));
  if (own !== undefined) return { kind: 'published', entry: own };
  return here[0] === undefined ? { kind: 'absent', others: onPort } : { kind: 'foreign', entry: here[0] };
}

/** Does an entry lead to the gateway's port on loopback? tailscale itself writes `127.0.0.1`, people `localhost`. */
export function leadsToGateway({ target }: Pick<ServeEntry, 'target'>, gatewayPort: number): boolean {
  const match = /^(?:https?(?:\+insecure)?:\/\/)?(127\.0\.0\.1|localhost|\[::1\]):(\d+)\/?$/.exec(target);
  return match !== null && Number(match[2]) === gatewayPort;
}

/** The command with which root (or the operator) makes the route; a person can type it as it is. */
export function serveCommand(route: Route): string[] {
  return [
    'tailscale',
    route.isFunnel ? 'funnel' : 'serve',
    '--bg',
    `--https=${route.port}`,
    `127.0.0.1:${route.gatewayPort}`,
  ];
}

/** The command that takes exactly one entry away. */
export function removeCommand({
  port,
  path,
  scheme,
}: Pick<ServeEntry, 'port' | 'path' | 'scheme'>): string[] {
  const where = path === '' || path === '/' ? [] : [`--set-path=${path}`];
  return ['tailscale', 'serve', `--${scheme}=${port}`, ...where, 'off'];
}
