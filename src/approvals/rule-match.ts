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
  const candidates = rulesForPath(rules, { path, home });
  return {
    constrained: candidates.find((rule) => !isPlain(rule) && texts !== undefined && satisfies(rule, texts)),
    plain: candidates.find(isPlain),
  };
}

const BY_PATH = new WeakMap<readonly Rule[], Map<string, readonly Rule[]>>();

/** The rules whose pattern covers a path. Lists of rules are never changed, so the answer is remembered with them. */
function rulesForPath(
  rules: readonly Rule[],
  { path, home }: { path: string; home: string },
): readonly Rule[] {
  const remembered = BY_PATH.get(rules) ?? new Map<string, readonly Rule[]>();
  BY_PATH.set(rules, remembered);
  const key = `${home}\0${path}`;
  const known = remembered.get(key);
  if (known !== undefined) return known;
  const found = rules.filter((rule) => matchesPath(rule.pattern, path, home));
  if (remembered.size > 1_000) remembered.clear(); // many different programs: remember the latest
  remembered.set(key, found);
  return found;
}

function isPlain(rule: Rule): boolean {
  return rule.args === undefined && rule.argPattern === undefined;
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
