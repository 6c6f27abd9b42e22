import type { Writable } from 'node:stream';
import type { LoggerOptions as LoggerOptionsOfPino, Logger as Pino } from 'pino';
import { errorText } from '../ops-error.ts';
import { createCollapser } from './collapse.ts';
import { createQuietConsole, escapeControls } from './console-line.ts';
import { isJournalStream, journalPrefix } from './journal-stream.ts';
import { createRedactor } from './redact.ts';
import { openRotatingFile } from './rotating-file.ts';
import { whyOf, withWhy } from './why-of.ts';

/** Severities, least severe first; `silent` switches a sink off. */
type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';

type Method = (message: string, fields?: Readonly<Record<string, unknown>>) => void;

/** What code logs with. `fields` are plain values; an error goes under `err`. */
type Logger = Record<Exclude<LogLevel, 'silent'>, Method> & {
  /** The same log under another subsystem name. */
  child(subsystem: string): Logger;
};

/** A logger and the file behind it. */
export type OpenLogger = Logger & {
  file: string;
  /** Hides this value from now on. */
  hide(secret: string | undefined): void;
  setLevel(level: LogLevel): void;
  /** Writes out held-back repetitions. */
  flush(): void;
  close(): void;
};

export type LoggerOptions = {
  file: string;
  subsystem: string;
  level?: LogLevel;
  /** Budget over all generations; default 50 MiB. */
  maxBytes?: number;
  /** Where lines for people go; none by default. */
  console?: { stream: Writable; level: LogLevel };
  /** Values that must never appear. */
  secrets?: readonly (string | undefined)[];
  /** Milliseconds; default the system clock. */
  now?: () => number;
};

const RANK: Record<LogLevel, number> = {
  trace: 10,
  debug: 20,
  info: 30,
  warn: 40,
  error: 50,
  fatal: 60,
  silent: 100,
};

/** 10 s: a storm becomes six lines a minute, and a reader is never further behind than that. */
const COLLAPSE_MS = 10_000;

/**
 * Opens a log: JSON lines in a rotating private file, and optionally lines for people.
 * pino (30 ms to load) is loaded here and not at import, so commands that do not log do not pay.
 * Each line has `0` (subsystem), `1` (message), `_meta`, `time` as the log readers of Clawdbot 2026.1.24-3 expect.
 * Never throws: a log that cannot be written says so once on the console (stderr without one) and the program goes on.
 */
export async function openLogger(options: LoggerOptions): Promise<OpenLogger> {
  const { file, subsystem, level = 'info', maxBytes = 50 * 1024 * 1024, now = Date.now } = options;
  const { default: pino } = await import('pino');
  const redactor = createRedactor();
  for (const secret of options.secrets ?? []) redactor.hide(secret);
  const people = options.console === undefined ? undefined : createQuietConsole(options.console.stream);
  const isJournal = options.console !== undefined && isJournalStream(options.console.stream);
  const complain = people ?? createQuietConsole(process.stderr);
  const rotating = openRotatingFile({
    path: file,
    maxBytes,
    onTrouble: (trouble) =>
      complain.write(`${new Date(now()).toISOString()} [log] ${troubleText(file, trouble)}`),
  });
  const collapser = createCollapser<string>({
    emit: (line) => rotating.write(line),
    repeated: (last, times) => rotating.write(repeatedLine(last, times, now())),
    now,
    windowMs: COLLAPSE_MS,
  });
  const shown = createCollapser<string>({
    emit: (line) => people?.write(line),
    repeated: (last, times) => people?.write(`${last} (repeated ${times} times)`),
    now,
    windowMs: COLLAPSE_MS,
  });
  const flush = (): void => {
    collapser.flush();
    shown.flush();
  };
  const timer = setInterval(flush, COLLAPSE_MS);
  timer.unref();
  const root = pino(pinoOptions(now), {
    write: (raw: string) => {
      const line = redactor.redact(raw.trimEnd());
      collapser.push(withoutTime(line), line);
    },
  });
  const levels = { file: level };
  const record: Recorder = (name, at, child) => (message, fields) => {
    if (RANK[at] >= RANK[levels.file]) child[at](fields ?? {}, message);
    if (options.console === undefined || RANK[at] < RANK[options.console.level]) return;
    const line = `[${name}] ${escapeControls(redactor.redact(withWhy(message, whyOf(fields ?? {}))))}`;
    shown.push(line, isJournal ? `${journalPrefix(at)}${line}` : `${new Date(now()).toISOString()} ${line}`);
  };
  return {
    ...loggerFor(root, subsystem, record),
    file,
    hide: redactor.hide,
    setLevel: (next) => {
      levels.file = next;
    },
    flush,
    close: () => {
      clearInterval(timer);
      flush();
      rotating.close();
    },
  };
}

type Recorder = (name: string, at: Exclude<LogLevel, 'silent'>, child: Pino) => Method;

function loggerFor(root: Pino, name: string, record: Recorder): Logger {
  const child = root.child({ 0: JSON.stringify({ subsystem: name }) });
  return {
    trace: record(name, 'trace', child),
    debug: record(name, 'debug', child),
    info: record(name, 'info', child),
    warn: record(name, 'warn', child),
    error: record(name, 'error', child),
    fatal: record(name, 'fatal', child),
    child: (subsystem) => loggerFor(root, subsystem, record),
  };
}

function pinoOptions(now: () => number): LoggerOptionsOfPino {
  return {
    // the wrapper decides, so that a change of level reaches every child
    level: 'trace',
    base: null,
    messageKey: '1',
    timestamp: () => `,"time":"${new Date(now()).toISOString()}"`,
    formatters: { level: (label) => ({ level: label }) },
    mixin: (_fields, number) => ({ _meta: { logLevelId: number, logLevelName: levelName(number) } }),
  };
}

function levelName(number: number): string {
  return (Object.entries(RANK).find(([, rank]) => rank === number)?.[0] ?? 'info').toUpperCase();
}

/** What makes two lines the same: everything but the time. */
function withoutTime(line: string): string {
  return line.replace(/"time":"[^"]*",?/, '');
}

/** The last of the held-back lines, with how many of them there were. */
function repeatedLine(last: string, times: number, nowMs: number): string {
  const time = `"time":"${new Date(nowMs).toISOString()}"`;
  return last.replace(/"time":"[^"]*"/, time).replace(/}$/, `,"repeated":${times}}`);
}

function troubleText(
  file: string,
  trouble: Parameters<Parameters<typeof openRotatingFile>[0]['onTrouble']>[0],
): string {
  if (trouble.kind === 'recovered') return `log file ${file} works again; ${trouble.lost} lines are missing`;
  return `cannot write the log file ${file}: ${errorText(trouble.error)}; going on without it`;
}
