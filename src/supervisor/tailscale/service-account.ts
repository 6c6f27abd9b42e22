import { readFileSync, statSync } from 'node:fs';

/**
 * Name of the account that runs the service: the owner of its state directory. Not `$USER`, which under sudo is root's
 * or somebody else's (F-54).
 */
export function serviceAccount(stateDir: string): string {
  return accountName(statSync(stateDir, { throwIfNoEntry: false })?.uid ?? process.geteuid?.() ?? 0);
}

/** The name of an account; the number itself where no name belongs to it. */
export function accountName(uid: number): string {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.split(':')[2] === String(uid));
  return line?.split(':')[0] ?? String(uid);
}
