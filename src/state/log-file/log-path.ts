import { join } from 'node:path';
import type { Config } from '../config/schema.ts';
import type { StatePaths } from '../paths.ts';

/**
 * The log file of a program: `logging.file` for the gateway, else `STATE/logs/PROGRAM.log`.
 * A relative `logging.file` is ignored (the config check reports it).
 */
export function resolveLogPath(
  paths: StatePaths,
  config: Config,
  program: 'gateway' | 'node' | 'supervisor',
): string {
  const { file } = config.logging;
  if (program === 'gateway' && file?.startsWith('~/')) return join(paths.home, file.slice(2));
  if (program === 'gateway' && file?.startsWith('/')) return file;
  return join(paths.logDir, `${program}.log`);
}
