import { type LoadedConfig, resolveClientTarget } from '../../state/index.ts';

/** Shared secrets for a gateway; a device token is another matter. */
export type SharedSecrets = { token: string | undefined; password: string | undefined };

/**
 * What the node may show: as given, else `CLAWDBOT_GATEWAY_TOKEN` and `_PASSWORD`, else the config of this machine
 * (cli-and-state §3), else the `token` of `node.json`. Blank values count as absent.
 */
export function resolveNodeCredentials(
  given: { token?: string | undefined; password?: string | undefined },
  loaded: LoadedConfig,
  { env, fileToken }: { env: Readonly<Record<string, string | undefined>>; fileToken: string | undefined },
): SharedSecrets {
  const configured = configuredSecrets(loaded, env);
  return {
    token: given.token?.trim() || env.CLAWDBOT_GATEWAY_TOKEN?.trim() || configured.token || fileToken,
    password: given.password || configured.password,
  };
}

/** A remote mode without an address has no target, which is no error here: the node has its own address. */
function configuredSecrets(
  loaded: LoadedConfig,
  env: Readonly<Record<string, string | undefined>>,
): SharedSecrets {
  const { mode, remote } = loaded.config.gateway;
  if (mode === 'remote' && remote.url === undefined) {
    return { token: remote.token, password: env.CLAWDBOT_GATEWAY_PASSWORD?.trim() || remote.password };
  }
  return resolveClientTarget(loaded, env);
}
