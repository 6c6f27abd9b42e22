/** At least two words: something people read. Files are written with comments of their own. */
export function isProse(text: string): boolean {
  return /[a-z]{2,} [a-z({]/i.test(text) && !text.startsWith('#');
}

/**
 * The string and template literals of a TypeScript source, each `${…}` as `{}` (neighbours as one), those inside of
 * `${…}` on their own. A scanner of a few lines instead of a parser: it only has to know comments, quotes and braces.
 */
export function literalsOf(source: string): Set<string> {
  const found = new Set<string>();
  let at = 0;
  scanCode();
  return found;

  /** Reads code up to the brace that closes it, or to the end. */
  function scanCode(): void {
    let depth = 0;
    while (at < source.length) {
      const char = source[at];
      if (source.startsWith('//', at)) at = endOf('\n');
      else if (source.startsWith('/*', at)) at = endOf('*/') + 1;
      else if (char === "'" || char === '"' || char === '`')
        found.add(scanLiteral(char).replace(/(\{\})+/g, '{}'));
      // A regular expression starts where a value may; none of ours holds a quote outside of a test.
      else if (char === '/' && /[(,=:!&|?]\s*$/.test(source.slice(Math.max(0, at - 3), at))) skipRegex();
      else if (char === '{') depth += 1;
      else if (char === '}') {
        if (depth === 0) return;
        depth -= 1;
      }
      at += 1;
    }
  }

  /** Reads from one quote to the other; stands on the last one afterwards. */
  function scanLiteral(quote: string): string {
    let text = '';
    at += 1;
    while (at < source.length && source[at] !== quote) {
      if (source[at] === '\\') {
        at += 1;
        text += source[at] === 'n' ? '\n' : source[at];
      } else if (quote === '`' && source.startsWith('${', at)) {
        at += 2;
        scanCode();
        text += '{}';
      } else text += source[at];
      at += 1;
    }
    return text;
  }

  function skipRegex(): void {
    at += 1;
    let isClass = false;
    while (at < source.length && (isClass || source[at] !== '/')) {
      if (source[at] === '[') isClass = true;
      if (source[at] === ']') isClass = false;
      if (source[at] === '\\') at += 1;
      at += 1;
    }
  }

  function endOf(mark: string): number {
    const end = source.indexOf(mark, at);
    return end === -1 ? source.length : end;
  }
}
