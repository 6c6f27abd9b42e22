import { existsSync } from 'node:fs';
import { readHostFacts, type SettingsBase } from '../../approvals/index.ts';
import type { Config, StatePaths } from '../../state/index.ts';
import type { PolicyContext } from '../run/decide-run.ts';
import { nodeSearchPath } from './search-path.ts';

/** What decisions of the node host of this account depend on besides the request: the same for running and explaining. */
export function policyContextOf({
  paths,
  env,
  config,
}: {
  paths: StatePaths;
  env: Readonly<Record<string, string | undefined>>;
  config: Config;
}): PolicyContext {
  const searchPath = nodeSearchPath(env, paths.home, existsSync);
  return {
    policyPath: paths.execApprovals,
    configPath: paths.config,
    base: execBaseOf(config),
    host: readHostFacts({ ...env, HOME: paths.home, PATH: searchPath }),
  };
}

/** `tools.exec` as the lowest layer of the settings. Without `safeBins` the built-in list holds (exec-approvals §6). */
function execBaseOf(config: Config): SettingsBase {
  const { security, ask, safeBins } = config.tools.exec;
  return {
    ...(security === undefined ? {} : { security }),
    ...(ask === undefined ? {} : { ask }),
    ...(safeBins === undefined ? {} : { safePrograms: safeBins }),
  };
}
