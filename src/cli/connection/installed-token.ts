import type { ClientTarget } from '../../state/index.ts';
import type { Cli } from '../cli.ts';
import type { Options } from '../program/command-spec.ts';
import { hasOption } from '../program/option-values.ts';

/**
 * A local target without a shared secret in option, environment or config gets the token that the installed unit takes
 * from a file (`gateway install --token-file`), if this account may read it.
 * @throws `config/invalid` when that file is empty
 */
export async function withInstalledToken(
  cli: Cli,
  target: ClientTarget,
  options: Options,
): Promise<ClientTarget> {
  if (!target.isLocal || target.token !== undefined || target.password !== undefined) return target;
  const { readInstalledToken } = await import('../../supervisor/systemd/index.ts');
  const scope = hasOption(options, 'system') ? 'system' : 'user';
  const token = readInstalledToken({ scope, home: cli.paths.home, profile: cli.paths.profile });
  if (token === undefined) return target;
  cli.secrets.add(token);
  return { ...target, token };
}
