import type { ExecRequest } from './exec-request.ts';
import { parseShell } from './shell/parse-shell.ts';
import { type WordValue, wordValue } from './shell/syntax.ts';
import { shellText } from './shell-text.ts';

/**
 * Whether the text that came along says exactly what the vector does: the text of `sh -c TEXT`, or a single command
 * that splits into this vector. The text is what people are shown, so a difference is a lie or a mistake.
 */
export function agreesWithText({ command, rawCommand }: ExecRequest, home: string): boolean {
  if (rawCommand === undefined) return true;
  const line = shellText(command);
  if (line !== undefined) return line.text === rawCommand;
  const words = literalCommand(rawCommand, home);
  return (
    words !== undefined && words.length === command.length && words.every((word, at) => word === command[at])
  );
}

/** The words of a text that is one plain command without expansions and redirects. */
function literalCommand(text: string, home: string): readonly string[] | undefined {
  const parsed = parseShell(text, { home });
  if (parsed.kind === 'refused') return undefined;
  const [item, ...more] = parsed.script.items;
  if (item === undefined || more.length > 0 || item.rest.length > 0 || item.background || item.first.negated)
    return undefined;
  const [only, ...others] = item.first.commands;
  if (
    only?.kind !== 'simple' ||
    others.length > 0 ||
    only.redirects.length > 0 ||
    only.assignments.length > 0
  )
    return undefined;
  const values = only.words.map(wordValue);
  return values.every((value): value is WordValue & { known: true } => value.known)
    ? values.map(({ text }) => text)
    : undefined;
}
