/**
 * Characters that move the cursor, change colours, reorder or hide text: C0, DEL, C1, soft hyphen, Arabic letter mark,
 * zero-width and bidirectional controls, line and paragraph separators, invisible operators, BOM, interlinear
 * annotation, tags (Unicode 16, categories Cc, Cf, Zl, Zp) and lone surrogates.
 */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** One line of text from a peer, safe to show: control, invisible and bidirectional characters become `\n`, `\x1b`, `\u{202e}`. */
export function escapeText(text: string): string {
  return text.replace(UNSAFE, visible);
}

/** Like {@link escapeText} for output of several lines: newlines and tabs stay, as does the CR of a CRLF. */
export function escapeLines(text: string): string {
  return text.replace(UNSAFE, (character, offset: number) => {
    if (character === '\n' || character === '\t') return character;
    if (character === '\r' && text[offset + 1] === '\n') return character;
    return visible(character);
  });
}

function visible(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (character === '\n') return '\\n';
  if (character === '\r') return '\\r';
  if (character === '\t') return '\\t';
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
}
