import type { ExecDecision } from './decision.ts';
import type { EntrySpec } from './policy-edit.ts';

/** What "always" may store for a request a person agreed to, and what it may not, with the reason. */
export type AlwaysEntries = {
  entries: readonly EntrySpec[];
  unstorable: readonly { words: readonly string[]; why: string }[];
};

/**
 * The entries that make this very request pass next time: for every program that was not covered, its real path with
 * its exact arguments. Never a shell, an interpreter, a wrapper or anything else that carries a program: those are
 * asked for again. When one program cannot be stored, the rest still is, and the next prompt is shorter.
 */
export function alwaysEntries(decision: ExecDecision): AlwaysEntries {
  const entries = new Map<string, EntrySpec>();
  const unstorable: { words: readonly string[]; why: string }[] = [];
  for (const { path, words, covered, storableArgs } of decision.programs) {
    if (covered) continue;
    if (path === undefined || storableArgs === undefined) {
      unstorable.push({ words, why: 'it runs other programs or is not understood in full' });
    } else if (/[*?]/.test(path)) {
      unstorable.push({ words, why: 'its path would be read as a pattern' });
    } else {
      entries.set(JSON.stringify([path, storableArgs]), { pattern: path, args: storableArgs });
    }
  }
  return { entries: [...entries.values()], unstorable };
}
