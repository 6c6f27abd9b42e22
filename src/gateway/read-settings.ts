import { networkInterfaces } from 'node:os';
import {
  DAMAGE_REMEDY,
  type GatewayOverrides,
  type GatewaySettings,
  type LoadedConfig,
  loadConfig,
  OpsError,
  resolveGatewaySettings,
  type StatePaths,
} from '../state/index.ts';

/** A config file that a gateway may start with, and what follows from it. */
export type Readied = { loaded: LoadedConfig; settings: GatewaySettings };

/**
 * Reads the config file and decides port, addresses and authentication.
 * @throws `config/invalid` or `config/missing`, every problem in the evidence
 */
export function readSettings(input: {
  paths: StatePaths;
  env?: Readonly<Record<string, string | undefined>> | undefined;
  overrides?: GatewayOverrides | undefined;
}): Readied {
  const { paths, env = process.env, overrides } = input;
  const loaded = loadConfig(paths, env);
  const settings = resolveGatewaySettings(loaded, env, overrides, networkInterfaces());
  const [first] = settings.problems;
  if (first === undefined) return { loaded, settings };
  throw new OpsError(
    loaded.exists ? 'config/invalid' : 'config/missing',
    `cannot start the gateway: ${first.message}`,
    {
      evidence: {
        config: loaded.path,
        problems: settings.problems.map(({ path, message }) => `${path}: ${message}`),
      },
      remedies: [loaded.exists ? DAMAGE_REMEDY : { kind: 'run', command: ['clawdbot', 'onboard'] }],
    },
  );
}
