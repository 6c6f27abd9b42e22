import {
  type ClientTarget,
  DAMAGE_REMEDY,
  loadConfig,
  OpsError,
  resolveClientTarget,
} from '../../state/index.ts';
import type { Cli } from '../cli.ts';
import type { Options } from '../program/command-spec.ts';
import { textOption } from '../program/option-values.ts';

/**
 * The gateway the options, environment and config point to. Its secrets are registered so that no error shows them.
 * @throws `config/invalid` when the config cannot be understood and no `--url` makes it irrelevant
 */
export function findTarget(cli: Cli, options: Options, intention: string): ClientTarget {
  const loaded = loadConfig(cli.paths, cli.env);
  const url = textOption(options, 'url');
  const syntax = loaded.issues.find((issue) => issue.kind === 'syntax');
  if (syntax !== undefined && url === undefined) {
    throw new OpsError(
      'config/invalid',
      `cannot ${intention}: ${loaded.path} cannot be read: ${syntax.message}`,
      {
        remedies: [DAMAGE_REMEDY],
      },
    );
  }
  const token = textOption(options, 'token');
  const password = textOption(options, 'password');
  const target = resolveClientTarget(loaded, cli.env, {
    ...(url === undefined ? {} : { url }),
    ...(token === undefined ? {} : { token }),
    ...(password === undefined ? {} : { password }),
  });
  for (const secret of [target.token, target.password]) if (secret !== undefined) cli.secrets.add(secret);
  return target;
}
