import { setTimeout as sleep } from 'node:timers/promises';
import { loadConfig, OpsError, parseLogLine, resolveLogPath, tailLog } from '../../../state/index.ts';
import type { Cli } from '../../cli.ts';
import type { Gateway } from '../../connection/gateway.ts';
import { openGateway } from '../../connection/open-gateway.ts';
import { listIn, numberIn, recordOf, textIn } from '../../connection/payload.ts';
import { escapeText } from '../../output/escape-text.ts';
import type { Style } from '../../output/output.ts';
import type { CommandRun, Options } from '../../program/command-spec.ts';
import { hasOption, numberOption, textOption } from '../../program/option-values.ts';

/** One piece of the log, wherever it was read. */
type Piece = { file: string; cursor: number; lines: readonly string[]; truncated: boolean; reset: boolean };

/** Reads the next piece after a cursor. */
type Source = { read(cursor: number | undefined): Promise<Piece>; close(): void };

const DEFAULTS = { lines: 200, bytes: 250_000, intervalMs: 1000 } as const;

/** `logs`: through the gateway, or from the file when there is none to ask. */
export const run: CommandRun = async (cli, { options }) => {
  const source = await openSource(cli, options);
  try {
    let piece = await source.read(undefined);
    if (cli.out.json) cli.out.jsonLine({ type: 'meta', file: piece.file, cursor: piece.cursor });
    cli.out.line(`Log file: ${escapeText(piece.file)}`);
    print(cli, options, piece);
    if (piece.truncated) notice(cli, 'Log tail truncated (increase --max-bytes).');
    while (hasOption(options, 'follow')) {
      await sleep(numberOption(options, 'interval') ?? DEFAULTS.intervalMs);
      piece = await source.read(piece.cursor);
      if (piece.reset) notice(cli, 'Log cursor reset (file rotated).');
      print(cli, options, piece);
    }
    return 0;
  } finally {
    source.close();
  }
};

async function openSource(cli: Cli, options: Options): Promise<Source> {
  const wanted = {
    limit: numberOption(options, 'limit') ?? DEFAULTS.lines,
    maxBytes: numberOption(options, 'maxBytes') ?? DEFAULTS.bytes,
  };
  if (hasOption(options, 'local')) return fileSource(cli, wanted);
  try {
    return gatewaySource(await openGateway({ cli, options, intention: 'read the log' }), wanted);
  } catch (thrown) {
    const isOurs =
      textOption(options, 'url') === undefined &&
      loadConfig(cli.paths, cli.env).config.gateway.mode !== 'remote';
    const isDown =
      thrown instanceof OpsError &&
      ['gateway/unreachable', 'gateway/timeout', 'gateway/closed'].includes(thrown.code);
    if (!isOurs || !isDown) throw thrown;
    notice(cli, `The gateway does not answer; this is its log file. (${thrown.message.split('\n')[0]})`);
    return fileSource(cli, wanted);
  }
}

function fileSource(cli: Cli, wanted: { limit: number; maxBytes: number }): Source {
  const file = resolveLogPath(cli.paths, loadConfig(cli.paths, cli.env).config, 'gateway');
  return {
    read: async (cursor) => tailLog(file, { ...wanted, ...(cursor === undefined ? {} : { cursor }) }),
    close: () => {},
  };
}

/** One connection serves every poll; the reference opens one per poll. */
function gatewaySource(gateway: Gateway, wanted: { limit: number; maxBytes: number }): Source {
  return {
    read: async (cursor) => {
      const answer = await gateway.call('logs.tail', {
        ...wanted,
        ...(cursor === undefined ? {} : { cursor }),
      });
      const { truncated, reset } = recordOf(answer);
      return {
        file: textIn(answer, 'file'),
        cursor: numberIn(answer, 'cursor') ?? 0,
        lines: listIn(answer, 'lines').filter((line) => typeof line === 'string'),
        truncated: truncated === true,
        reset: reset === true,
      };
    },
    close: gateway.close,
  };
}

function print(cli: Cli, options: Options, { lines }: Piece): void {
  for (const line of lines) {
    const parsed = parseLogLine(line);
    if (cli.out.json) {
      cli.out.jsonLine(
        parsed === undefined ? { type: 'raw', raw: line } : { type: 'log', ...parsed, raw: line },
      );
      continue;
    }
    if (parsed === undefined) {
      cli.out.line(escapeText(line));
      continue;
    }
    const { time = '', level = '', subsystem = '', message } = parsed;
    const colour = hasOption(options, 'plain') ? undefined : LEVEL_STYLES.get(level);
    const shownLevel = colour === undefined ? escapeText(level) : cli.out.paint(colour, escapeText(level));
    cli.out.line(
      [escapeText(time), shownLevel, escapeText(subsystem), escapeText(message)]
        .filter((part) => part !== '')
        .join(' '),
    );
  }
}

const LEVEL_STYLES: ReadonlyMap<string, Style> = new Map([
  ['warn', 'yellow'],
  ['error', 'red'],
  ['fatal', 'red'],
  ['debug', 'dim'],
  ['trace', 'dim'],
]);

function notice(cli: Cli, text: string): void {
  if (cli.out.json) cli.out.jsonLine({ type: 'notice', message: text });
  else cli.out.note(escapeText(text));
}
