import { dirname } from 'node:path';
import { type Remedy, systemErrorCode } from './ops-error.ts';

/**
 * What shows why the kernel refused a file or directory: the room on its file system, its mount, or owner, mode and
 * links of every part of its path (namei(1)). Nothing for an error that is not about one of these.
 */
export function fileRemedies(path: string, cause: unknown): Remedy[] {
  switch (systemErrorCode(cause)) {
    case 'ENOSPC':
    case 'EDQUOT':
      return [{ kind: 'run', command: ['df', '-h', dirname(path)] }];
    case 'EROFS':
      return [{ kind: 'run', command: ['findmnt', '-T', dirname(path)] }];
    case 'EACCES':
    case 'EPERM':
    case 'ENOENT':
    case 'ENOTDIR':
    case 'EISDIR':
    case 'EEXIST':
    case 'ELOOP':
      return [{ kind: 'run', command: ['namei', '-l', path] }];
    default:
      return [];
  }
}
