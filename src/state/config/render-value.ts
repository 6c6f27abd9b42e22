import type { DocumentNode } from '@humanwhocodes/momoa';
import { OpsError } from '../ops-error.ts';

/** How a text is laid out, so that what is added looks like the rest. */
export type TextStyle = { indent: string; newline: '\n' | '\r\n'; quotesKeys: boolean };

/** Reads the layout off a text; two blanks, `\n` and quoted keys when there is nothing to see. */
export function detectStyle(text: string, document: DocumentNode): TextStyle {
  const tokens = (document.tokens ?? []).filter(
    ({ type }) => type !== 'LineComment' && type !== 'BlockComment',
  );
  const keyTypes = tokens.filter((_, index) => tokens[index + 1]?.type === 'Colon').map(({ type }) => type);
  const quoted = keyTypes.filter((type) => type === 'String').length;
  const indent = /^([ \t]+)[^\s]/m.exec(text)?.[1] ?? '  ';
  return {
    indent: indent.startsWith('\t') ? '\t' : ' '.repeat(Math.min(8, indent.length)),
    newline: text.includes('\r\n') ? '\r\n' : '\n',
    quotesKeys: quoted * 2 >= keyTypes.length,
  };
}

/** A key in the style of the file. Names that are no plain identifier are always quoted. */
export function renderKey(key: string, style: TextStyle): string {
  return style.quotesKeys || !/^[A-Za-z_$][\w$]*$/.test(key) ? JSON.stringify(key) : key;
}

/**
 * A value as JSON, continued lines indented from `indent` on; on one line when `indent` is undefined.
 * @throws `config/path` for values JSON cannot hold (NaN, Infinity, undefined)
 */
export function renderValue(value: unknown, style: TextStyle, indent: string | undefined): string {
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw new OpsError(
      'config/path',
      `cannot write ${value} to the config: only finite numbers have a place there`,
    );
  }
  if (typeof value !== 'object' || value === null) {
    const text = JSON.stringify(value);
    if (text === undefined) throw new OpsError('config/path', `cannot write a ${typeof value} to the config`);
    return text;
  }
  const inner = indent === undefined ? undefined : indent + style.indent;
  const parts = Array.isArray(value)
    ? value.map((item) => renderValue(item, style, inner))
    : Object.entries(value).map(
        ([key, item]) => `${renderKey(key, style)}: ${renderValue(item, style, inner)}`,
      );
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  if (parts.length === 0 || inner === undefined) return `${open}${parts.join(', ')}${close}`;
  const { newline } = style;
  return `${open}${newline}${parts.map((part) => inner + part).join(`,${newline}`)}${newline}${indent}${close}`;
}
