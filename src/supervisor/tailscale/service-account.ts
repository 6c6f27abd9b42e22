import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { ownerOfPath } from '../../state/index.ts';

/**
 * Name of the account that runs the service: the owner of its state directory. Not `$USER`, which under sudo is root's
 * or somebody else's (F-54).
 */
export function serviceAccount(stateDir: string): string {
  return accountName(ownerOfPath(stateDir) ?? process.geteuid?.() ?? 0);
}

/** The name of an account; the number itself where no name belongs to it. Our own is asked of NSS: it may come from LDAP. */
export function accountName(uid: number): string {
  if (uid === process.geteuid?.()) return ownName() ?? String(uid);
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.split(':')[2] === String(uid));
  return line?.split(':')[0] ?? String(uid);
}

function ownName(): string | undefined {
  try {
    return userInfo().username;
  } catch {
    return undefined; // no entry for it, as in some containers
  }
}
