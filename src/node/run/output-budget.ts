import { StringDecoder } from 'node:string_decoder';

export type OutputStream = 'stdout' | 'stderr';

/** What was kept of both streams, marked where something was cut. */
export type CollectedOutput = { stdout: string; stderr: string; truncated: boolean };

export type OutputBudget = {
  /** Takes what arrived; keeps as much of it as the common budget allows. */
  take(stream: OutputStream, chunk: Buffer): void;
  /** The text so far. Call once, at the end. */
  finish(): CollectedOutput;
};

/** Appended where output was cut; the reference's words. */
export const TRUNCATION_MARK = '\n... (truncated)';

/**
 * Collects stdout and stderr under one limit in bytes, in the order of arrival (gateway-protocol §16). A character cut
 * in the middle is left out altogether.
 */
export function createOutputBudget(maxBytes: number): OutputBudget {
  const texts = { stdout: '', stderr: '' };
  const decoders = { stdout: new StringDecoder('utf8'), stderr: new StringDecoder('utf8') };
  let left = maxBytes;
  let truncated = false;
  return {
    take(stream, chunk) {
      if (chunk.length > left) truncated = true;
      if (left === 0) return;
      const kept = chunk.subarray(0, left);
      left -= kept.length;
      texts[stream] += decoders[stream].write(kept);
    },
    finish() {
      if (truncated) return { ...markTruncated(texts), truncated };
      return {
        stdout: texts.stdout + decoders.stdout.end(),
        stderr: texts.stderr + decoders.stderr.end(),
        truncated,
      };
    },
  };
}

/** Puts the mark where the reference puts it: on stderr when that has text, else on stdout. */
export function markTruncated(output: { stdout: string; stderr: string }): {
  stdout: string;
  stderr: string;
} {
  return output.stderr === ''
    ? { stdout: output.stdout + TRUNCATION_MARK, stderr: '' }
    : { stdout: output.stdout, stderr: output.stderr + TRUNCATION_MARK };
}
