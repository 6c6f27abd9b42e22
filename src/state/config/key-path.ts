import { OpsError } from '../ops-error.ts';

/** A config path in parts; array positions are decimal texts. */
export type KeyPath = readonly string[];

/**
 * Reads `gateway.trustedProxies[0]`, `a["key.with.dot"]`, `a.0`.
 * @throws `config/path` when it is empty or malformed
 */
export function parseKeyPath(path: string): KeyPath {
  const parts: string[] = [];
  const pattern = /\.?([^.[\]"'\s][^.[\]]*)|\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]/y;
  while (pattern.lastIndex < path.length) {
    const at = pattern.lastIndex;
    const match = pattern.exec(path);
    if (match === null || (at === 0 && path.startsWith('.'))) {
      throw new OpsError(
        'config/path',
        `cannot read the config path ${JSON.stringify(path)}: unexpected text at position ${at + 1}`,
      );
    }
    const isFirstPlain = match[1] !== undefined && at === 0;
    if (match[1] !== undefined && !isFirstPlain && path[at] !== '.') {
      throw new OpsError(
        'config/path',
        `cannot read the config path ${JSON.stringify(path)}: a dot is missing at position ${at + 1}`,
      );
    }
    parts.push(match[3] === undefined ? (match[1] ?? match[2] ?? '') : unquote(match[3], path));
  }
  if (parts.length === 0) throw new OpsError('config/path', 'cannot read the config path: it is empty');
  return parts;
}

/** The text form of a path: dots where possible, brackets for positions and odd keys. */
export function formatKeyPath(parts: KeyPath): string {
  return parts.reduce((text, part) => {
    if (/^\d+$/.test(part)) return `${text}[${part}]`;
    if (/^[^.[\]"'\s][^.[\]]*$/.test(part)) return text === '' ? part : `${text}.${part}`;
    return `${text}[${JSON.stringify(part)}]`;
  }, '');
}

function unquote(quoted: string, path: string): string {
  try {
    return String(JSON.parse(quoted));
  } catch (cause) {
    throw new OpsError(
      'config/path',
      `cannot read the config path ${JSON.stringify(path)}: bad text in brackets`,
      { cause },
    );
  }
}
