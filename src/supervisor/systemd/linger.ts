import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { errorText } from '../../state/index.ts';
import { call } from './manager.ts';
import type { Note } from './note.ts';

/** logind keeps one empty file per lingering account (org.freedesktop.login1(5)); reading it needs no bus. */
const LINGER_DIRECTORY = '/var/lib/systemd/linger';

/** Whether the user manager of an account runs without a login. */
export function isLingering(account: string): boolean {
  return existsSync(join(LINGER_DIRECTORY, account));
}

/** Lets an account's services run without a login, if the caller may. A refusal is a finding, not a failure (F-41). */
export async function enableLinger(account: string): Promise<'already' | 'enabled' | Note> {
  if (isLingering(account)) return 'already';
  let why: string;
  try {
    const { stderr } = await call('loginctl', ['--no-ask-password', 'enable-linger', account]);
    why = stderr.trim();
  } catch (thrown) {
    why = errorText(thrown);
  }
  return isLingering(account) ? 'enabled' : lingerMissing(account, why);
}

export function lingerMissing(account: string, why?: string): Note {
  return {
    id: 'unit/linger',
    text: `lingering is off for ${account}: the service stops at logout and does not start at boot${why ? ` (${why})` : ''}`,
    commands: [['sudo', 'loginctl', 'enable-linger', account]],
  };
}
