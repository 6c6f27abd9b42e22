import { loadConfig, resolveLogPath, tailLog } from '../../state/index.ts';
import type { Cli } from '../cli.ts';

/** One piece of a log, wherever it was read. */
export type LogPiece = {
  file: string;
  cursor: number;
  lines: readonly string[];
  truncated: boolean;
  reset: boolean;
};

/** Reads the next piece after a cursor; the newest lines without one. */
export type LogSource = { read(cursor: number | undefined): Promise<LogPiece>; close(): void };

/** The log file of a program under the state directory; one that is not there is an empty one. */
export function fileSource(
  cli: Pick<Cli, 'paths' | 'env'>,
  program: 'gateway' | 'node',
  wanted: { limit: number; maxBytes: number },
): LogSource {
  const file = resolveLogPath(cli.paths, loadConfig(cli.paths, cli.env).config, program);
  return {
    read: async (cursor) => tailLog(file, { ...wanted, ...(cursor === undefined ? {} : { cursor }) }),
    close: () => {},
  };
}
