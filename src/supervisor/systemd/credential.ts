import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { OpsError, systemErrorCode } from '../../state/index.ts';

/** Name of the token in `LoadCredential=` and its like (`LoadCredentialEncrypted=` of a drop-in, say). */
export const CREDENTIAL_NAME = 'clawdbot-token';

/**
 * The token that the service manager passed as a file (systemd.exec(5) "CREDENTIALS", since systemd 247); undefined
 * when the unit has none. It appears in no environment, argument or unit.
 * @throws `config/invalid` for an empty one
 */
export function readTokenCredential(env: Readonly<Record<string, string | undefined>>): string | undefined {
  const directory = env['CREDENTIALS_DIRECTORY'];
  return directory ? readTokenFile(join(directory, CREDENTIAL_NAME)) : undefined;
}

/**
 * The token in a file: its text without the outer white space. Undefined when there is no such file, or it may not be
 * read.
 * @throws `config/invalid` for an empty one
 */
export function readTokenFile(path: string): string | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8').trim();
  } catch (cause) {
    if (['ENOENT', 'EACCES', 'ENOTDIR'].includes(systemErrorCode(cause) ?? '')) return undefined;
    throw new OpsError('config/invalid', `cannot read the token in ${path}`, { cause });
  }
  if (text !== '') return text;
  throw new OpsError('config/invalid', `cannot use the token in ${path}: the file is empty`);
}
