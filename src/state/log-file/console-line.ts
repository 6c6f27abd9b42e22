import type { Writable } from 'node:stream';

/** A console that goes quiet when nobody listens any more. */
export type QuietConsole = { write(line: string): void };

/**
 * Writes lines to a stream; after EPIPE or EIO (closed pipe, closed terminal) it stays silent instead of ending the process.
 */
export function createQuietConsole(stream: Writable): QuietConsole {
  let isOpen = true;
  const stop = (): void => {
    isOpen = false;
  };
  stream.on('error', stop);
  return {
    write: (line) => {
      if (!isOpen || stream.destroyed || stream.writableEnded) return;
      try {
        stream.write(`${line}\n`);
      } catch {
        // synchronous streams (a file, a terminal) throw here; there is nobody left to tell
        stop();
      }
    },
  };
}

/** Control characters, also those that reorder text, as visible escapes: nothing from a peer may steer the terminal (F-80). */
export function escapeControls(text: string): string {
  // Cc control, Cf format (bidirectional marks, zero-width, tags), Zl and Zp line breaks
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) => {
    if (character === '\n') return '\\n';
    if (character === '\t') return '\\t';
    const code = (character.codePointAt(0) ?? 0).toString(16);
    return code.length > 4 ? `\\u{${code}}` : `\\u${code.padStart(4, '0')}`;
  });
}
