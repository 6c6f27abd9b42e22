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
  const absolute = expandHome(pattern, home);
  if (!absolute.startsWith('/') || absolute.includes('\0')) return false;
  return matchFrom(tokens(absolute), path);
}

type Token = { literal: string } | 'one' | 'name' | 'any';

function expandHome(pattern: string, home: string): string {
  return pattern === '~' || pattern.startsWith('~/') ? home + pattern.slice(1) : pattern;
}

const TOKENS = new Map<string, readonly Token[]>();

function tokens(pattern: string): readonly Token[] {
  const known = TOKENS.get(pattern);
  if (known !== undefined) return known;
  const list: Token[] = [];
  for (const [part] of pattern.matchAll(/\*\*+|\*|\?|[^*?]+/g)) {
    list.push(
      part === '?' ? 'one' : part === '*' ? 'name' : part.startsWith('**') ? 'any' : { literal: part },
    );
  }
  if (TOKENS.size > 10_000) TOKENS.clear(); // bounds memory when patterns come from outside
  TOKENS.set(pattern, list);
  return list;
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
