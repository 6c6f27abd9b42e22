import { type Signal, signal } from '@preact/signals';
import { logTailSchema } from '../../data/wire.ts';
import type { Link } from '../../link/link.ts';
import { reasonText } from '../../text/reason.ts';
import { t } from '../../text/translate.ts';
import { type LogLine, MAX_LINES, parseLogLine } from './log-lines.ts';

export type LogFollower = {
  lines: Signal<readonly LogLine[]>;
  file: Signal<string | undefined>;
  error: Signal<string | undefined>;
  isPaused: Signal<boolean>;
  /** Reads on until the returned function is called. */
  start: () => () => void;
};

const EVERY_MS = 1_500;
/** Lines per answer; as much as the gateway gives (gateway-protocol §15). */
const LIMIT = 5_000;
const MAX_BYTES = 1_000_000;

/** Follows the gateway's log file from its last lines on, by byte offset. */
export function createLogFollower(link: Link): LogFollower {
  const lines = signal<readonly LogLine[]>([]);
  const file = signal<string | undefined>(undefined);
  const error = signal<string | undefined>(undefined);
  const isPaused = signal(false);
  let cursor: number | undefined;
  let nextId = 0;
  let isReading = false;

  async function read(): Promise<void> {
    if (isReading || isPaused.value || link.state.value.kind !== 'connected') return;
    isReading = true;
    try {
      const answer = logTailSchema.safeParse(
        await link.call('logs.tail', {
          limit: LIMIT,
          maxBytes: MAX_BYTES,
          ...(cursor === undefined ? {} : { cursor }),
        }),
      );
      // Asked for before the pause: read again after it.
      if (isPaused.value) return;
      if (!answer.success) throw new Error(t('reason.unreadable'));
      const { data } = answer;
      // Another file (a new day, a rotation) starts over; its cursor means something else.
      const kept =
        data.reset === true || (file.value !== undefined && file.value !== data.file) ? [] : lines.value;
      const fresh = data.lines.map((line) => parseLogLine(line, nextId++));
      if (fresh.length > 0 || kept !== lines.value) lines.value = [...kept, ...fresh].slice(-MAX_LINES);
      cursor = data.cursor;
      file.value = data.file;
      error.value = undefined;
    } catch (thrown) {
      if (link.state.value.kind === 'connected') error.value = reasonText(thrown);
    } finally {
      isReading = false;
    }
  }

  return {
    lines,
    file,
    error,
    isPaused,
    start() {
      void read();
      const timer = setInterval(() => void read(), EVERY_MS);
      return () => clearInterval(timer);
    },
  };
}
