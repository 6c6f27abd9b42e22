/** A stretch of text as it is, or one character that would not be seen as itself. */
export type Segment = { kind: 'text'; text: string } | { kind: 'hidden'; code: string };

/**
 * Characters that draw nothing, move others or look like a blank: controls (line feed and tab too),
 * soft hyphen, Arabic and Mongolian marks, zero width and direction marks, separators, invisible operators, byte order
 * mark, variation selectors, tags, surrogates without a partner, blanks other than the ordinary one.
 * Source: Unicode 16 categories Cc, Cf, Zl, Zp, Zs and property Default_Ignorable_Code_Point.
 */
const HIDDEN =
  /\p{Cc}|\p{Cf}|\p{Cs}|\p{Zl}|\p{Zp}|\u034f|\u115f|\u1160|\u3164|\uffa0|[\ufe00-\ufe0f]|(?! )\p{Zs}/u;
const HIDDEN_ALL = new RegExp(HIDDEN, 'gu');

/**
 * The same as plain text, for places that take no elements (titles, names for screen readers, words of a choice): what
 * would not be seen is written out as `<U+202E>`, and no more than `maxChars` are given.
 */
export function writtenOut(
  text: string,
  { keep = [], maxChars = 400 }: { keep?: readonly string[]; maxChars?: number } = {},
): string {
  const shown = text.length > maxChars ? `${text.slice(0, maxChars)}…` : text;
  return shown.replace(HIDDEN_ALL, (character) =>
    keep.includes(character) ? character : `<${codeOf(character)}>`,
  );
}

/** For {@link writtenOut}: text of several lines, in full. */
export const EVERY_LINE = { keep: ['\n', '\t'], maxChars: Number.POSITIVE_INFINITY };

/** Splits text from outside so that nothing in it hides or rearranges the rest. */
export function visibleSegments(text: string): Segment[] {
  const segments: Segment[] = [];
  let plain = '';
  for (const character of text) {
    if (!HIDDEN.test(character)) {
      plain += character;
      continue;
    }
    if (plain !== '') segments.push({ kind: 'text', text: plain });
    plain = '';
    segments.push({ kind: 'hidden', code: codeOf(character) });
  }
  if (plain !== '') segments.push({ kind: 'text', text: plain });
  return segments;
}

function codeOf(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}
