import { StringDecoder } from 'node:string_decoder';
import { EXEC_OUTPUT_MAX_CHARS, type ExecOutput } from '../../protocol/index.ts';
import type { OutputStream } from './output-budget.ts';

export type OutputForwarder = {
  /** Gives a promise when the receiver is behind; the stream must not be read until it settles. */
  push(stream: OutputStream, chunk: Buffer): Promise<void> | undefined;
  /** Sends what is left; settles when everything is handed over or given up. */
  finish(): Promise<void>;
};

/** Small writes of a program are put together for so long. */
const COALESCE_MS = 25;
/** More than this many characters unanswered: the receiver is behind. */
const WINDOW_CHARS = 8 * EXEC_OUTPUT_MAX_CHARS;

/**
 * Sends output while it appears, in order, in chunks of whole characters. Each chunk is answered by the receiver, and
 * the answers are the flow control: with a slow one the program's pipe fills up and the program waits, memory does
 * not grow. After the first failure nothing more is sent; the result carries the output anyway.
 */
export function createOutputForwarder(
  run: { invokeId: string; runId: string },
  send: (chunk: ExecOutput) => Promise<unknown>,
): OutputForwarder {
  const decoders = { stdout: new StringDecoder('utf8'), stderr: new StringDecoder('utf8') };
  let waiting: { stream: OutputStream; text: string }[] = [];
  let unanswered = 0;
  let seq = 0;
  let broken = false;
  let timer: NodeJS.Timeout | undefined;
  let relief = Promise.withResolvers<void>();

  return {
    push(stream, chunk) {
      add(stream, decoders[stream].write(chunk));
      if (broken || unanswered < WINDOW_CHARS) return undefined;
      flush();
      return relief.promise;
    },
    async finish() {
      add('stdout', decoders.stdout.end());
      add('stderr', decoders.stderr.end());
      flush();
      while (!broken && unanswered > 0) await relief.promise;
    },
  };

  function add(stream: OutputStream, text: string): void {
    if (broken || text === '') return;
    unanswered += text.length;
    const last = waiting.at(-1);
    if (last?.stream === stream) last.text += text;
    else waiting.push({ stream, text });
    if (unanswered >= EXEC_OUTPUT_MAX_CHARS) flush();
    else timer ??= setTimeout(flush, COALESCE_MS);
  }

  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    const parts = waiting;
    waiting = [];
    for (const { stream, text } of parts) {
      for (const piece of pieces(text)) void hand(stream, piece);
    }
  }

  async function hand(stream: OutputStream, text: string): Promise<void> {
    if (broken) return;
    try {
      await send({ invokeId: run.invokeId, runId: run.runId, stream, seq: seq++, text });
      unanswered -= text.length;
    } catch {
      broken = true;
      waiting = [];
    }
    if (broken || unanswered < WINDOW_CHARS / 2) {
      relief.resolve();
      relief = Promise.withResolvers<void>();
    }
  }
}

/** Cuts at most {@link EXEC_OUTPUT_MAX_CHARS} at a time, never inside a surrogate pair. */
function* pieces(text: string): Generator<string> {
  let start = 0;
  while (start < text.length) {
    let end = Math.min(text.length, start + EXEC_OUTPUT_MAX_CHARS);
    if (end < text.length && (text.charCodeAt(end - 1) & 0xfc00) === 0xd800) end -= 1;
    yield text.slice(start, end);
    start = end;
  }
}
