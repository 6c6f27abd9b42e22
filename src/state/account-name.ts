import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';

/** The name of an account; the number itself where no name belongs to it. Our own is asked of NSS: it may come from LDAP. */
export function accountName(uid: number): string {
  if (uid === process.geteuid?.()) return ownAccountName() ?? String(uid);
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.split(':')[2] === String(uid));
  return line?.split(':')[0] ?? String(uid);
}

/** The name of the account of this process; undefined where it has no entry, as in some containers. */
export function ownAccountName(): string | undefined {
  try {
    return userInfo().username;
  } catch {
    return undefined;
  }
}
