import { type Route, routeTarget } from './route.ts';

/**
 * An ipn.ServeConfig as JSON. Kept as it came, so that fields of newer releases and routes of other programs go back
 * untouched.
 */
export type ServeConfig = Record<string, unknown>;

/** The config with one more route, open to everybody or not as it says; everything else as before. */
export function addRoute(config: ServeConfig, route: Route): ServeConfig {
  const host = `${route.name}:${route.port}`;
  const web = branch(config['Web']);
  const site = branch(web[host]);
  const { [host]: _funnel, ...otherFunnels } = branch(config['AllowFunnel']);
  return {
    ...config,
    TCP: { ...branch(config['TCP']), [route.port]: { HTTPS: true } },
    Web: {
      ...web,
      [host]: { ...site, Handlers: { ...branch(site['Handlers']), '/': { Proxy: routeTarget(route) } } },
    },
    ...(route.isFunnel || config['AllowFunnel'] !== undefined
      ? { AllowFunnel: { ...otherFunnels, ...(route.isFunnel ? { [host]: true } : {}) } }
      : {}),
  };
}

/** The config without one path of one `name:port`; the port goes when nothing is left on it. Never more than that. */
export function removeRoute(config: ServeConfig, { name, port }: Pick<Route, 'name' | 'port'>): ServeConfig {
  const host = `${name}:${port}`;
  const { [host]: site, ...otherSites } = branch(config['Web']);
  const { '/': _gone, ...otherPaths } = branch(branch(site)['Handlers']);
  if (Object.keys(otherPaths).length > 0) {
    return { ...config, Web: { ...otherSites, [host]: { ...branch(site), Handlers: otherPaths } } };
  }
  const { [host]: _funnel, ...otherFunnels } = branch(config['AllowFunnel']);
  const isPortInUse = Object.keys(otherSites).some((other) => other.endsWith(`:${port}`));
  const { [port]: _port, ...otherPorts } = branch(config['TCP']);
  return {
    ...config,
    ...(config['TCP'] === undefined || isPortInUse ? {} : { TCP: otherPorts }),
    Web: otherSites,
    ...(config['AllowFunnel'] === undefined ? {} : { AllowFunnel: otherFunnels }),
  };
}

function branch(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}; // object: checked
}
