import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { systemErrorCode } from './ops-error.ts';

/**
 * uid of the account to which a path belongs. Where it may not be looked at (a home with mode 0700, the default of newer
 * distributions) that of the nearest directory above which may be. Undefined when there is no such path.
 */
export function ownerOfPath(path: string): number | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false })?.uid;
  } catch (thrown) {
    const isHidden = ['EACCES', 'EPERM'].includes(systemErrorCode(thrown) ?? '');
    return isHidden && dirname(path) !== path ? ownerOfPath(dirname(path)) : undefined;
  }
}
