import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { type LoadedConfig, OpsError } from '../../../state/index.ts';
import { readTokenFile } from '../../../supervisor/systemd/index.ts';
import type { Options } from '../../program/command-spec.ts';
import { textOption } from '../../program/option-values.ts';

/** What `--token-file` and `--no-token-file` of an install ask for. */
export type TokenChoice =
  | { kind: 'as-before' }
  /** The service takes the token from the config (0600). */
  | { kind: 'config' }
  /** The service manager passes the file on (`LoadCredential=`). */
  | { kind: 'file'; path: string; token: string };

/** Reads the choice and the file. @throws `usage` for a file that cannot serve, `config/invalid` for an empty one */
export function readTokenChoice(options: Options): TokenChoice {
  if (options['tokenFile'] === false) return { kind: 'config' };
  const given = textOption(options, 'tokenFile');
  if (given === undefined) return { kind: 'as-before' };
  const path = resolve(given);
  const token = readTokenFile(path);
  if (token === undefined)
    throw new OpsError('usage', `cannot take the token from ${path}: it is not there, or not readable here`);
  const mode = statSync(path).mode & 0o777;
  if ((mode & 0o077) !== 0) {
    throw new OpsError(
      'usage',
      `cannot take the token from ${path}: others can read it (mode ${mode.toString(8)})`,
      {
        remedies: [{ kind: 'run', command: ['chmod', '600', path] }],
      },
    );
  }
  return { kind: 'file', path, token };
}

/** Two tokens in two places: sooner or later a client shows the wrong one (field failure F-51). @throws `config/invalid` */
export function refuseSecondToken(choice: TokenChoice, { config, path }: LoadedConfig): void {
  const configured = config.gateway.auth.token;
  if (choice.kind !== 'file' || configured === undefined || configured === choice.token) return;
  throw new OpsError(
    'config/invalid',
    `cannot install the gateway service with the token of ${choice.path}: ${path} has another one`,
    {
      remedies: [{ kind: 'run', command: ['clawdbot', 'config', 'unset', 'gateway.auth.token'] }],
    },
  );
}
