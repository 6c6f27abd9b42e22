import { type EventFrame, EXEC_OUTPUT_EVENT, type ExecOutput, type RunResult } from '../../protocol/index.ts';
import { numberIn, textIn } from '../connection/payload.ts';

type StreamName = ExecOutput['stream'];

/** Shows the output of one run while it runs, and what is missing of it when the result is there. */
export type OutputFollower = {
  onEvent(event: EventFrame): void;
  /** Writes the rest. Text already shown is not shown again. */
  finish(result: RunResult): void;
};

/** More is never compared: results carry at most 200 000 bytes (gateway-protocol §16). */
const COMPARED_CHARS = 210_000;

/** Chunks are taken in order; after a gap nothing more is shown until the result, so that no text is out of place. */
export function followOutput(
  runId: string,
  write: (stream: StreamName, text: string) => void,
): OutputFollower {
  const shown: Record<StreamName, { text: string; chars: number }> = {
    stdout: { text: '', chars: 0 },
    stderr: { text: '', chars: 0 },
  };
  let nextSeq = 0;
  return {
    onEvent: ({ event, payload }) => {
      if (event !== EXEC_OUTPUT_EVENT || textIn(payload, 'runId') !== runId) return;
      if (numberIn(payload, 'seq') !== nextSeq) return;
      nextSeq += 1;
      const stream = textIn(payload, 'stream') === 'stderr' ? 'stderr' : 'stdout';
      const text = textIn(payload, 'text');
      shown[stream].chars += text.length;
      shown[stream].text = (shown[stream].text + text).slice(0, COMPARED_CHARS);
      write(stream, text);
    },
    finish: (result) => {
      for (const stream of ['stdout', 'stderr'] as const) {
        const rest = missing(shown[stream], result[stream]);
        if (rest !== '') write(stream, rest);
      }
    },
  };
}

/** A result cut at its cap is shorter than what was streamed: nothing is missing then. */
function missing({ text, chars }: { text: string; chars: number }, final: string): string {
  if (final.startsWith(text)) return final.slice(text.length);
  return chars >= final.length
    ? ''
    : `\n... (output lost on the way; the end follows)\n${final.slice(chars)}`;
}
