import { type DocumentNode, parse, type ValueNode } from '@humanwhocodes/momoa';
import { errorText } from '../ops-error.ts';

/** A JSON5 text with the places of its parts, or why it is none. */
export type ParsedText =
  | { kind: 'parsed'; document: DocumentNode; value: unknown }
  | { kind: 'syntax'; message: string; line: number; column: number };

/**
 * Parses JSON5 (comments, trailing commas, a byte-order mark). `line` and `column` are 1-based.
 * Two rarities of JSON5 are refused by momoa 3.3: a sign before a bare dot (`-.5`) and the unquoted keys `null`, `true`, `false`.
 * The message of a syntax error ends with the offending line and a caret below the place.
 */
export function parseJson5(text: string): ParsedText {
  try {
    const document = parse(text, { mode: 'json5', ranges: true, tokens: true });
    return { kind: 'parsed', document, value: plainValue(document.body) };
  } catch (thrown) {
    // momoa recurses; nesting beyond the stack ends as RangeError, which is as unusable as bad syntax
    const { line, column } = placeOf(thrown, text);
    return { kind: 'syntax', message: syntaxMessage(text, errorText(thrown), line, column), line, column };
  }
}

/** The plain value of a syntax node. A key `__proto__` becomes an ordinary property. */
function plainValue(node: ValueNode): unknown {
  switch (node.type) {
    case 'Object': {
      const result: Record<string, unknown> = {};
      for (const member of node.members) {
        const key = member.name.type === 'String' ? member.name.value : member.name.name;
        const value = plainValue(member.value);
        if (key !== '__proto__') result[key] = value;
        else
          Object.defineProperty(result, key, { value, enumerable: true, writable: true, configurable: true });
      }
      return result;
    }
    case 'Array':
      return node.elements.map((element) => plainValue(element.value));
    case 'NaN':
      return Number.NaN;
    case 'Infinity':
      return node.sign === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
    case 'Null':
      return null;
    case 'String':
    case 'Number':
    case 'Boolean':
      return node.value;
  }
}

function placeOf(thrown: unknown, text: string): { line: number; column: number } {
  if (thrown instanceof Error && 'line' in thrown && 'column' in thrown) {
    const { line, column } = thrown;
    if (typeof line === 'number' && typeof column === 'number') return { line, column };
  }
  return { line: text.split('\n').length, column: 1 };
}

function syntaxMessage(text: string, reason: string, line: number, column: number): string {
  const source = hideSecrets((text.split(/\r\n|[\n\r\u2028\u2029]/)[line - 1] ?? '').replaceAll('\t', ' '));
  // a window, so that a minified file does not flood the terminal
  const start = Math.max(0, column - 40);
  const shown = source.slice(start, start + 80);
  const where = `${reason.replace(/ \(\d+:\d+\)$/, '').replace(/\.$/, '')} at line ${line}, column ${column}`;
  return `${where}\n  ${shown}\n  ${' '.repeat(Math.max(0, column - 1 - start))}^`;
}

/**
 * The line goes to terminals and logs: values of telling names become stars, of the same length for the caret's sake, and
 * so do quoted values whose name stands elsewhere: on the line before, or in front of a comment.
 */
function hideSecrets(source: string): string {
  const stars = (_: string, before: string, secret: string) => before + '*'.repeat(secret.length);
  return source
    .replace(/((?:token|password|secret|key)\w{0,40}["']?\s{0,20}:\s{0,20}["']?)([^"',}\]]+)/gi, stars)
    .replace(/((?<!:\s{0,20})["'])([^"'\s]{8,})(?=["']\s{0,20}(?!\s|:)|$)/g, stars);
}
