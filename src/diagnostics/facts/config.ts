import { networkInterfaces } from 'node:os';
import {
  type GatewayOverrides,
  type GatewaySettings,
  type LoadedConfig,
  loadConfig,
  OpsError,
  resolveGatewaySettings,
  systemErrorCode,
} from '../../state/index.ts';
import { readInstalledToken, type UnitScope } from '../../supervisor/systemd/index.ts';
import type { Context } from './context.ts';

/** The config without its secrets' values: checks see whether they are there, and where from. */
export type ConfigFact = {
  path: string;
  exists: boolean;
  /** Why it cannot be read at all: `EACCES`, `EISDIR`, … */
  unreadable: { code: string; message: string } | undefined;
  valid: boolean;
  issues: LoadedConfig['issues'];
  unknownKeys: LoadedConfig['unknownKeys'];
  config: LoadedConfig['config'];
  settings: GatewaySettings;
  /** Bytes of the file. */
  size: number;
};

/** Reads the config as a gateway of this account would. */
export function collectConfig({ paths, env, scope }: Context): ConfigFact {
  let unreadable: ConfigFact['unreadable'];
  let loaded: LoadedConfig;
  try {
    loaded = loadConfig(paths, env);
  } catch (thrown) {
    if (!(thrown instanceof OpsError) || thrown.code !== 'state/unreadable') throw thrown;
    unreadable = { code: systemErrorCode(thrown.cause) ?? 'unknown', message: thrown.message };
    loaded = loadConfig(paths, env, '');
  }
  const { path, exists, valid, issues, unknownKeys, config, raw } = loaded;
  return {
    path,
    exists: exists && unreadable === undefined,
    unreadable,
    valid: valid && unreadable === undefined,
    issues,
    unknownKeys,
    config,
    settings: resolveGatewaySettings(loaded, env, tokenOfUnit(loaded, scope), networkInterfaces()),
    size: Buffer.byteLength(raw),
  };
}

/** A unit may take the token from a file (`LoadCredential=`) instead of the config. */
function tokenOfUnit({ config, paths }: LoadedConfig, scope: UnitScope): GatewayOverrides {
  if (config.gateway.auth.token !== undefined) return {};
  try {
    const token = readInstalledToken({ scope, home: paths.home, profile: paths.profile });
    return token === undefined ? {} : { token };
  } catch (thrown) {
    if (thrown instanceof OpsError) return {}; // an empty file: no token
    throw thrown;
  }
}
