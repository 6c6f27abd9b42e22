import { escapeLines } from './escape-text.ts';

export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';

/** Where a command writes. With `json` set, `line` is silent so that stdout holds JSON alone. */
export type Output = {
  readonly json: boolean;
  /** Text for people on stdout, one newline added. */
  line(text?: string): void;
  /** A remark on stderr that is not part of the answer. */
  note(text: string): void;
  /** The answer as JSON on stdout, indented. The only thing a command prints with `--json`. */
  value(value: unknown): void;
  /** One JSON value on one line, for streams. */
  jsonLine(value: unknown): void;
  /** Bytes from a peer: as they are into a file or pipe, escaped onto a terminal. */
  peerBytes(stream: 'stdout' | 'stderr', text: string): void;
  /** Wraps text in a colour when stdout shows colours. */
  paint(style: Style, text: string): string;
  /** True when people watch stdout. */
  readonly interactive: boolean;
};

export type OutputOptions = {
  json: boolean;
  /** `--no-color`. */
  noColor: boolean;
  env: Readonly<Record<string, string | undefined>>;
  stdout?: NodeJS.WriteStream;
  stderr?: NodeJS.WriteStream;
};

/** SGR codes (ECMA-48 8.3.117). */
const CODES: Readonly<Record<Style, string>> = {
  bold: '1',
  dim: '2',
  red: '31',
  green: '32',
  yellow: '33',
  cyan: '36',
};

/** Output on the process's own streams. A reader that went away (`… | head`) ends the process quietly. */
export function createOutput({
  json,
  noColor,
  env,
  stdout = process.stdout,
  stderr = process.stderr,
}: OutputOptions): Output {
  endQuietlyOnBrokenPipe(stdout);
  endQuietlyOnBrokenPipe(stderr);
  // https://no-color.org: any non-empty value; a dumb terminal shows the codes as text.
  const coloured = stdout.isTTY === true && !noColor && !env['NO_COLOR'] && env['TERM'] !== 'dumb';
  return {
    json,
    interactive: stdout.isTTY === true,
    line: (text = '') => {
      if (!json) stdout.write(`${text}\n`);
    },
    note: (text) => void stderr.write(`${text}\n`),
    value: (value) => void stdout.write(`${JSON.stringify(value, null, 2)}\n`),
    jsonLine: (value) => void stdout.write(`${JSON.stringify(value)}\n`),
    peerBytes: (name, text) => {
      const stream = name === 'stdout' ? stdout : stderr;
      stream.write(stream.isTTY === true ? escapeLines(text) : text);
    },
    paint: (style, text) => (coloured ? `\x1b[${CODES[style]}m${text}\x1b[0m` : text),
  };
}

function endQuietlyOnBrokenPipe(stream: NodeJS.WriteStream): void {
  if (stream.listenerCount('error') > 0) return;
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
}
