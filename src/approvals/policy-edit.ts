import { randomUUID } from 'node:crypto';
import type { PolicyEntry, PolicyFile, PolicyScope } from './policy-schema.ts';

/** What an edit says about an entry: a path pattern, alone or with one argument constraint. */
export type EntrySpec = { pattern: string; args?: readonly string[]; argPattern?: string };

export type AddOutcome =
  | { kind: 'added'; file: PolicyFile; entry: PolicyEntry }
  | { kind: 'present'; entry: PolicyEntry }
  | { kind: 'refused'; reason: string };

/** Adds an entry to a scope (`*` for every agent). The file given stays as it is; `newId` is for tests. */
export function addEntry(
  file: PolicyFile,
  {
    scope,
    spec,
    now,
    newId = randomUUID,
  }: { scope: string; spec: EntrySpec; now: number; newId?: () => string },
): AddOutcome {
  const refusal = unusable(spec);
  if (refusal !== undefined) return { kind: 'refused', reason: refusal };
  const present = entriesOf(file, scope).find((entry) => sameSpec(entry, spec));
  if (present !== undefined) return { kind: 'present', entry: present };
  const entry: PolicyEntry = {
    id: newId(),
    pattern: spec.pattern,
    ...(spec.args === undefined ? {} : { args: [...spec.args] }),
    ...(spec.argPattern === undefined ? {} : { argPattern: spec.argPattern }),
    lastUsedAt: now,
  };
  const list = spec.args === undefined && spec.argPattern === undefined ? 'allowlist' : 'constrained';
  return {
    kind: 'added',
    entry,
    file: editScope(file, scope, (old) => ({ ...old, [list]: [...(old[list] ?? []), entry] })),
  };
}

/** Removes every entry of a scope that says exactly this; undefined when there is none. */
export function removeEntry(
  file: PolicyFile,
  { scope, spec }: { scope: string; spec: EntrySpec },
): PolicyFile | undefined {
  if (!entriesOf(file, scope).some((entry) => sameSpec(entry, spec))) return undefined;
  const keep = (list: PolicyEntry[]) => list.filter((entry) => !sameSpec(entry, spec));
  return editScope(file, scope, (old) => ({
    ...old,
    ...(old.allowlist === undefined ? {} : { allowlist: keep(old.allowlist) }),
    ...(old.constrained === undefined ? {} : { constrained: keep(old.constrained) }),
  }));
}

/** All entries of a scope, in the order they are tried. */
export function entriesOf(file: PolicyFile, scope: string): readonly PolicyEntry[] {
  const found =
    file.agents !== undefined && Object.hasOwn(file.agents, scope) ? file.agents[scope] : undefined;
  return [...(found?.allowlist ?? []), ...(found?.constrained ?? [])];
}

/** Gives every entry without an id a new one, as Clawdbot does when it stores a file. */
export function fillIds(file: PolicyFile, newId: () => string = randomUUID): PolicyFile {
  if (file.agents === undefined) return file;
  const fill = (list: PolicyEntry[]) => list.map((entry) => (entry.id ? entry : { ...entry, id: newId() }));
  const agents = Object.entries(file.agents).map(([name, scope]): [string, PolicyScope] => [
    name,
    {
      ...scope,
      ...(scope.allowlist === undefined ? {} : { allowlist: fill(scope.allowlist) }),
      ...(scope.constrained === undefined ? {} : { constrained: fill(scope.constrained) }),
    },
  ]);
  return { ...file, agents: Object.fromEntries(agents) };
}

/** Says why an entry could never match, before somebody relies on it. */
function unusable(spec: EntrySpec): string | undefined {
  if (!/^(\/|~\/)/.test(spec.pattern)) {
    return 'a pattern starts with / or ~/ (it is compared with the full path of the program)';
  }
  if (spec.args !== undefined && spec.argPattern !== undefined)
    return 'an entry has args or argPattern, not both';
  if (spec.argPattern !== undefined) {
    try {
      new RegExp(spec.argPattern, 'u');
    } catch {
      return 'argPattern is not a valid regular expression';
    }
  }
  return undefined;
}

function sameSpec(entry: PolicyEntry, spec: EntrySpec): boolean {
  return (
    entry.pattern === spec.pattern &&
    entry.argPattern === spec.argPattern &&
    JSON.stringify(entry.args) === JSON.stringify(spec.args)
  );
}

function editScope(file: PolicyFile, scope: string, edit: (old: PolicyScope) => PolicyScope): PolicyFile {
  const agents = new Map(Object.entries(file.agents ?? {}));
  agents.set(scope, edit(agents.get(scope) ?? {}));
  return { ...file, agents: Object.fromEntries(agents) };
}
