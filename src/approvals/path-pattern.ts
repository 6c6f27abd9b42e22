/**
 * Whether an allowlist pattern covers a real path, from its first to its last character.
 *
 * `*` is any run of characters within one name, `**` any run including slashes, `?` one character but `/`,
 * a leading `~` the home of the account that runs the command. Everything else is itself: no case folding, no
 * trimming. A pattern that is not absolute then (empty, relative, `~other`) matches nothing.
 *
 * Stricter than Clawdbot 2026.1.24, whose patterns ignore case, let `?` match a slash and treat `.[]()|` as a
 * regular expression (exec-approvals.md section 4).
 */
export function matchesPath(pattern: string, path: string, home: string): boolean {
  const { start, end, list, usable } = compile(pattern, home);
  // Nearly every pattern of a long list ends here.
  if (!usable || !path.startsWith(start) || !path.endsWith(end)) return false;
  return list === undefined ? path === start : matchFrom(list, path);
}

type Token = { literal: string } | 'one' | 'name' | 'any';

/** `start` and `end` are the literal ends; `list` is missing when the pattern is one literal. */
type Compiled = { usable: boolean; start: string; end: string; list: readonly Token[] | undefined };

const COMPILED = new Map<string, Compiled>();

function compile(pattern: string, home: string): Compiled {
  const key = pattern.startsWith('~') ? `${home}\0${pattern}` : pattern;
  const known = COMPILED.get(key);
  if (known !== undefined) return known;
  const absolute = expandHome(pattern, home);
  const list: Token[] = [];
  for (const [part] of absolute.matchAll(/\*\*+|\*|\?|[^*?]+/g)) {
    list.push(
      part === '?' ? 'one' : part === '*' ? 'name' : part.startsWith('**') ? 'any' : { literal: part },
    );
  }
  const [first] = list;
  const last = list.at(-1);
  const compiled: Compiled = {
    usable: absolute.startsWith('/') && !absolute.includes('\0'),
    start: typeof first === 'object' ? first.literal : '',
    end: typeof last === 'object' ? last.literal : '',
    list: list.length > 1 ? list : undefined,
  };
  if (COMPILED.size > 10_000) COMPILED.clear(); // bounds memory when patterns come from outside
  COMPILED.set(key, compiled);
  return compiled;
}

function expandHome(pattern: string, home: string): string {
  return pattern === '~' || pattern.startsWith('~/') ? home + pattern.slice(1) : pattern;
}

/** Positions reachable after each token: linear in pattern times path, so no pattern can make it slow. */
function matchFrom(list: readonly Token[], path: string): boolean {
  let reached = new Set<number>([0]);
  for (const token of list) {
    const next = new Set<number>();
    for (const at of reached) for (const end of ends(token, path, at)) next.add(end);
    if (next.size === 0) return false;
    reached = next;
  }
  return reached.has(path.length);
}

function* ends(token: Token, path: string, at: number): Generator<number> {
  if (typeof token === 'object') {
    if (path.startsWith(token.literal, at)) yield at + token.literal.length;
    return;
  }
  if (token === 'one') {
    const width = (path.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
    if (at < path.length && path[at] !== '/') yield at + width;
    return;
  }
  yield at;
  for (let end = at; end < path.length && (token === 'any' || path[end] !== '/'); ) yield ++end;
}
