import { networkInterfaces } from 'node:os';
import {
  type GatewaySettings,
  type LoadedConfig,
  loadConfig,
  OpsError,
  resolveGatewaySettings,
  systemErrorCode,
} from '../../state/index.ts';
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
export function collectConfig({ paths, env }: Context): ConfigFact {
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
    settings: resolveGatewaySettings(loaded, env, {}, networkInterfaces()),
    size: Buffer.byteLength(raw),
  };
}
