/** Says in another language what it knows, and returns everything else as it is. */
export type SentenceBook = (text: string) => string;

type Sentence = { whole: RegExp; atEnd: RegExp | undefined; other: string };

/** Sentences are looked at again with every drawing; this many are remembered. */
const REMEMBERED = 500;

/**
 * Translates sentences that come over the wire with their values already in them. A key is a sentence with `{1}`, `{2}`
 * in place of values. What stands there may be made of sentences of the book itself, and a key that begins with
 * punctuation (`; last error: {1}`) may follow anything. Text of several lines is taken line by line. Pure.
 */
export function createSentenceBook(sentences: Readonly<Record<string, string>>): SentenceBook {
  const plain = new Map<string, string>();
  const filled: Sentence[] = [];
  const byWeight = Object.entries(sentences)
    // One that stays as it is would only hide others.
    .filter(([english, other]) => english !== other)
    .sort(([a], [b]) => weightOf(b) - weightOf(a));
  for (const [english, other] of byWeight) {
    if (!/\{\d\}/.test(english)) plain.set(english, other);
    const pattern = english
      .split(/(\{\d\})/)
      .map((part) =>
        /^\{\d\}$/.test(part) ? `(?<_${part[1]}>${english.includes('\n') ? '[^]' : '.'}*?)` : escaped(part),
      )
      .join('');
    filled.push({
      whole: new RegExp(`^${pattern}$`),
      atEnd: /^[,;:( ]/.test(english) ? new RegExp(`^(?<before>.+?)${pattern}$`) : undefined,
      other,
    });
  }
  const known = new Map<string, string>();
  return (text) => {
    const kept = known.get(text);
    if (kept !== undefined) return kept;
    if (known.size >= REMEMBERED) known.clear();
    const said = sayWhole(text);
    known.set(text, said);
    return said;
  };

  function sayWhole(text: string): string {
    const said = say(text);
    return said === text && text.includes('\n') ? text.split('\n').map(say).join('\n') : said;
  }

  function say(text: string): string {
    const same = plain.get(text);
    if (same !== undefined) return same;
    for (const { whole, other } of filled) {
      const groups = whole.exec(text)?.groups;
      if (groups !== undefined) return fill(other, groups);
    }
    for (const { atEnd, other } of filled) {
      const { before, ...groups } = atEnd?.exec(text)?.groups ?? {};
      if (before !== undefined) return say(before) + fill(other, groups);
    }
    return text;
  }

  function fill(other: string, groups: Readonly<Record<string, string>>): string {
    return other.replace(/\{(\d)\}/g, (_whole, digit: string) => say(groups[`_${digit}`] ?? ''));
  }
}

/** More of it fixed means more surely meant. */
function weightOf(english: string): number {
  return english.replace(/\{\d\}/g, '').length;
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
