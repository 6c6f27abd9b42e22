import { formatKeyPath } from './key-path.ts';
import { isPlainObject } from './plain-object.ts';

/**
 * Texts that stand for a secret in somebody's display: stars or dots, `[redacted]`, `__OPENCLAW_REDACTED__`.
 * Saving a form that shows them would replace the secret by its mask (F-84).
 */
const MASK =
  /^(?:[*•·●]{3,}.{0,4}|.{0,4}[*•·●]{3,}|[[(<{_]*(?:[a-z]+_)?(?:redacted|masked|hidden)[\])>}_]*|\[secret \d+\])$/i;

/** The first path whose text became a mask, or undefined. */
export function findMask(before: unknown, after: unknown): string | undefined {
  const former = new Map(leavesOf(before));
  return leavesOf(after).find(
    ([path, value]) => typeof value === 'string' && MASK.test(value) && former.get(path) !== value,
  )?.[0];
}

/**
 * How much a write would drop, when that is most of what was there: fewer than half of at least 8 settings stay
 * (a file below that is small enough to look through). Undefined when the write is fine.
 */
export function findLoss(before: unknown, after: unknown): { before: number; kept: number } | undefined {
  const former = leavesOf(before);
  if (former.length < 8) return undefined;
  const present = new Set(leavesOf(after).map(([path]) => path));
  const kept = former.filter(([path]) => present.has(path)).length;
  return kept * 2 < former.length ? { before: former.length, kept } : undefined;
}

/** Every value that is no object or list, with its path; a list counts once more by itself. */
function leavesOf(root: unknown): [path: string, value: unknown][] {
  const leaves: [string, unknown][] = [];
  const walk = (value: unknown, path: readonly string[]): void => {
    if (Array.isArray(value)) {
      leaves.push([formatKeyPath(path), undefined]);
      value.forEach((item, index) => {
        if (typeof item === 'string') leaves.push([formatKeyPath([...path, String(index)]), item]);
        else if (typeof item === 'object') walk(item, [...path, String(index)]);
      });
    } else if (isPlainObject(value)) {
      for (const [key, child] of Object.entries(value)) walk(child, [...path, key]);
    } else {
      leaves.push([formatKeyPath(path), value]);
    }
  };
  walk(root, []);
  return leaves;
}
