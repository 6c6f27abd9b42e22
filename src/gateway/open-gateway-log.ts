import type { Writable } from 'node:stream';
import { type OpenLogger, openLogger, resolveLogPath, type StatePaths } from '../state/index.ts';
import type { Readied } from './read-settings.ts';

/** The gateway's own log: file with everything the config asks for, console for people, the shared secrets hidden. */
export function openGatewayLog(
  paths: StatePaths,
  { loaded, settings }: Readied,
  console: Writable,
): Promise<OpenLogger> {
  const { logging } = loaded.config;
  return openLogger({
    file: resolveLogPath(paths, loaded.config, 'gateway'),
    subsystem: 'gateway',
    level: logging.level,
    maxBytes: logging.maxBytes,
    console: { stream: console, level: logging.consoleLevel ?? 'info' },
    secrets: [settings.auth.token, settings.auth.password],
  });
}
