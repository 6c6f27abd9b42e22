import { runInNewContext } from 'node:vm';
import type { Rule } from './effective-settings.ts';
import { matchesPath } from './path-pattern.ts';
import { type Arguments, knownTexts } from './programs/arguments.ts';

/** The rules whose pattern covers a path, those with argument constraints only if the arguments satisfy them. */
export type MatchedRules = { constrained: Rule | undefined; plain: Rule | undefined };

/** Finds the first rule of each sort for a program. A constraint covers the whole list or nothing. */
export function matchRules(
  rules: readonly Rule[],
  { path, args, home }: { path: string; args: Arguments; home: string },
): MatchedRules {
  const texts = knownTexts(args);
  let constrained: Rule | undefined;
  let plain: Rule | undefined;
  for (const rule of rules) {
    const isPlain = rule.args === undefined && rule.argPattern === undefined;
    if ((isPlain ? plain : constrained) !== undefined || !matchesPath(rule.pattern, path, home)) continue;
    if (isPlain) plain = rule;
    else if (texts !== undefined && satisfies(rule, texts)) constrained = rule;
  }
  return { constrained, plain };
}

/** A rule as people name it. */
export function showRule(rule: Rule): string {
  const constraint =
    rule.args !== undefined
      ? ` with exactly ${JSON.stringify(rule.args)}`
      : rule.argPattern !== undefined
        ? ` with arguments like ${JSON.stringify(rule.argPattern)}`
        : '';
  return `${rule.scope}: ${rule.pattern}${constraint}`;
}

function satisfies(rule: Rule, args: readonly string[]): boolean {
  // An entry with both is a contradiction in writing; both have to hold.
  if (rule.args !== undefined && !sameList(rule.args, args)) return false;
  return rule.argPattern === undefined || matchesWhole(rule.argPattern, args);
}

function sameList(wanted: readonly string[], given: readonly string[]): boolean {
  return wanted.length === given.length && wanted.every((text, index) => text === given[index]);
}

// Longer lists are beyond what one line of pattern can describe; the bound also limits the time.
const MAX_SUBJECT = 4_096;
// A pattern that backtracks for longer matches nothing.
const MATCH_MS = 20;

/** An argument with a blank in it, or an empty one, would make two lists look the same: those never match. */
function matchesWhole(pattern: string, args: readonly string[]): boolean {
  const subject = args.join(' ');
  if (subject.length > MAX_SUBJECT || args.some((arg) => arg === '' || /\s/.test(arg))) return false;
  try {
    new RegExp(pattern); // on its own, so that no bracket of it can close ours
    const expression = new RegExp(`^(?:${pattern})$`);
    if (isQuick(pattern)) return expression.test(subject);
    // V8 looks for interrupts while it backtracks, so the limit holds for one long match as well.
    return (
      runInNewContext('expression.test(subject)', { expression, subject }, { timeout: MATCH_MS }) === true
    );
  } catch {
    return false; // invalid, or out of time
  }
}

/** At most one repetition: the time is linear in the subject. */
function isQuick(pattern: string): boolean {
  return (pattern.match(/[*+{]/g)?.length ?? 0) <= 1 && !/\\\d|\\k/.test(pattern);
}
