/** A stretch of text as it is, or one character that would not be seen as itself. */
export type Segment = { kind: 'text'; text: string } | { kind: 'hidden'; code: string };

/**
 * Characters that draw nothing, move others or look like a blank: controls (line feed and tab are left to `keep`),
 * soft hyphen, Arabic and Mongolian marks, zero width and direction marks, separators, invisible operators, byte order
 * mark, variation selectors, tags, surrogates without a partner, blanks other than the ordinary one.
 * Source: Unicode 16 categories Cc, Cf, Zl, Zp, Zs and property Default_Ignorable_Code_Point.
 */
const HIDDEN =
  /\p{Cc}|\p{Cf}|\p{Cs}|\p{Zl}|\p{Zp}|\u034f|\u115f|\u1160|\u3164|\uffa0|[\ufe00-\ufe0f]|(?! )\p{Zs}/u;

/** Splits text from outside so that nothing in it hides or rearranges the rest. */
export function visibleSegments(text: string, keep: readonly string[] = []): Segment[] {
  const segments: Segment[] = [];
  let plain = '';
  for (const character of text) {
    if (keep.includes(character) || !HIDDEN.test(character)) {
      plain += character;
      continue;
    }
    if (plain !== '') segments.push({ kind: 'text', text: plain });
    plain = '';
    const code = character.codePointAt(0) ?? 0;
    segments.push({ kind: 'hidden', code: `U+${code.toString(16).toUpperCase().padStart(4, '0')}` });
  }
  if (plain !== '') segments.push({ kind: 'text', text: plain });
  return segments;
}
