import type { WordValue } from '../shell/syntax.ts';

/** Arguments of a program as far as they are known before it runs. */
export type Arguments = readonly WordValue[];

/** Literal arguments, as in a vector. */
export function literalArguments(args: readonly string[]): Arguments {
  return args.map((text) => ({ known: true, text }));
}

/** The texts, when every argument is known. */
export function knownTexts(args: Arguments): readonly string[] | undefined {
  const texts: string[] = [];
  for (const arg of args) {
    if (!arg.known) return undefined;
    texts.push(arg.text);
  }
  return texts;
}

/**
 * True when an argument can only be an operand: it begins with a known character that is no dash, so no file name or
 * value can turn it into an option.
 */
export function isCertainOperand(arg: WordValue): boolean {
  if (arg.known) return arg.text !== '' && !arg.text.startsWith('-');
  return arg.fields !== 'split' && arg.prefix !== '' && !arg.prefix.startsWith('-');
}

/** An argument as people read it. */
export function showArgument(arg: WordValue): string {
  return arg.known ? arg.text : `${arg.prefix}<…>`;
}
