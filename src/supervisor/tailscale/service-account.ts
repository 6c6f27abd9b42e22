import { accountName, ownerOfPath } from '../../state/index.ts';

/**
 * Name of the account that runs the service: the owner of its state directory. Not `$USER`, which under sudo is root's
 * or somebody else's (F-54).
 */
export function serviceAccount(stateDir: string): string {
  return accountName(ownerOfPath(stateDir) ?? process.geteuid?.() ?? 0);
}
