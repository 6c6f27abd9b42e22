import { getConfigValue, loadConfig, OpsError } from '../../../state/index.ts';
import { escapeLines } from '../../output/escape-text.ts';
import type { CommandRun } from '../../program/command-spec.ts';
import { refuseUnreadable } from './readable.ts';

/** `config get`: a scalar as it is, everything else as pretty JSON. Prints secrets: whoever may read the file asked for it. */
export const run: CommandRun = async (cli, { args }) => {
  const path = args[0] ?? '';
  const loaded = loadConfig(cli.paths, cli.env);
  refuseUnreadable(loaded, `read ${path}`);
  const value = getConfigValue(loaded, path) ?? defaultAt(loaded.config, path);
  if (value === undefined) {
    throw new OpsError('config/path', `cannot read ${path}: Config path not found: ${path}`, {
      remedies: [{ kind: 'run', command: ['clawdbot', 'config', 'schema'] }],
    });
  }
  if (cli.out.json || typeof value === 'object') cli.out.value(value);
  else cli.out.line(escapeLines(String(value)));
  return 0;
};

/** The default that holds while the file says nothing. */
function defaultAt(config: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((at, key) => {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return undefined;
    return (at as Record<string, unknown>)[key]; // an object with this own key, checked on the line above
  }, config);
}
