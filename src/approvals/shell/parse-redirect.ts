import type { ReadWord } from './parse-word.ts';
import type { ShellReader } from './shell-reader.ts';
import { type Redirect, wordValue } from './syntax.ts';

/**
 * Reads a redirect if one stands here. Understood are the null device, copies of the three standard streams, and
 * here-documents; every other target could make or read a file the entries say nothing about.
 */
export function readRedirect(reader: ShellReader, word: () => ReadWord): Redirect | undefined {
  const [whole, digit] = /^([0-9]?)(?=[<>])/.exec(reader.text.slice(reader.at, reader.at + 2)) ?? [];
  if (whole === undefined) return undefined;
  const fd = digit ? Number(digit) : undefined;
  if (fd !== undefined && fd > 2) reader.refuse('only descriptors 0, 1 and 2 may be redirected');
  reader.at += whole.length;
  const rest = reader.text.slice(reader.at, reader.at + 3);
  for (const operator of ['<<<', '<<-', '<<', '<&', '<>', '<(', '>>', '>&', '>|', '>(', '<', '>'] as const) {
    if (!rest.startsWith(operator)) continue;
    reader.at += operator.length;
    switch (operator) {
      case '<<':
      case '<<-':
        return readHeredoc(reader, { fd, stripTabs: operator === '<<-' });
      case '<&':
      case '>&': {
        const from = /^[012-](?=[ \t\n;|&)]|$)/.exec(reader.text.slice(reader.at, reader.at + 2))?.[0];
        if (from === undefined) reader.refuse('only 0, 1, 2 or - may follow here');
        reader.at += 1;
        // The expression admits exactly these four characters.
        return { kind: 'duplicate', fd, operator, from: from as '0' | '1' | '2' | '-' };
      }
      case '<':
      case '>':
      case '>>': {
        reader.skipBlanks();
        const at = reader.at;
        const value = wordValue(word().word);
        if (!value.known || value.text !== '/dev/null')
          reader.refuse('only /dev/null may be redirected to', at);
        return { kind: 'null', fd, operator };
      }
      default:
        reader.refuse(`"${operator}" is not read`);
    }
  }
  return undefined;
}

function readHeredoc(
  reader: ShellReader,
  { fd, stripTabs }: { fd: number | undefined; stripTabs: boolean },
): Redirect {
  reader.skipBlanks();
  const [whole, single, double, escaped, bare] =
    /^(?:'([\w.-]+)'|"([\w.-]+)"|\\([\w.-]+)|([\w.-]+))(?=[ \t\n;|&)<>])/.exec(
      reader.text.slice(reader.at),
    ) ?? [];
  const delimiter = single ?? double ?? escaped ?? bare;
  if (whole === undefined || delimiter === undefined)
    reader.refuse('this end word of a here-document is not read');
  reader.at += whole.length;
  const redirect = { kind: 'heredoc' as const, fd, body: '' };
  reader.expectHeredoc({
    delimiter,
    quoted: bare === undefined,
    stripTabs,
    receive: (body) => {
      redirect.body = body;
    },
  });
  return redirect;
}
