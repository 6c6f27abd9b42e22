import { type CheckResult, isProblem } from './run-checks.ts';

/**
 * For each problem the root causes that hide it (`id` → ids of causes); those that nothing hides are absent. A check is
 * hidden by any problem it depends on, directly or through others. Pure.
 */
export function findCauses(results: readonly CheckResult[]): ReadonlyMap<string, readonly string[]> {
  const dependencies = new Map(results.map(({ check }) => [check.id, check.dependsOn]));
  const problems = new Set(results.filter(isProblem).map(({ check }) => check.id));
  const causes = new Map<string, readonly string[]>();
  for (const { check } of results) {
    const found = above(check.id, dependencies).filter((id) => problems.has(id));
    if (found.length === 0) continue;
    // Of the problems above, those count that have none above themselves.
    const roots = found.filter((id) => !above(id, dependencies).some((higher) => problems.has(higher)));
    causes.set(check.id, roots);
  }
  return causes;
}

/** Everything a check depends on. A cycle is cut: nobody is above itself. */
function above(id: string, dependencies: ReadonlyMap<string, readonly string[]>): string[] {
  const seen = new Set<string>();
  const open = [...(dependencies.get(id) ?? [])];
  while (open.length > 0) {
    const next = open.pop() ?? '';
    if (seen.has(next) || next === id) continue;
    seen.add(next);
    open.push(...(dependencies.get(next) ?? []));
  }
  return [...seen];
}
