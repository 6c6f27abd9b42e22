import type { ConfigIssue } from './issue.ts';
import { formatKeyPath } from './key-path.ts';
import { isPlainObject } from './plain-object.ts';
import { CONFIG_SCHEMA } from './schema.ts';

const REFERENCE = /\$(\$?)\{([A-Z_][A-Z0-9_]*)\}/g;

/**
 * Replaces `${NAME}` in the texts of the sections we read; `$${NAME}` stands for the literal text.
 * Other sections belong to the real program and are not looked into, so a variable only it needs is not reported.
 * A variable that is not set leaves the reference in place and is a warning.
 */
export function expandEnvironment(
  value: unknown,
  env: Readonly<Record<string, string | undefined>>,
): { value: unknown; issues: ConfigIssue[] } {
  const issues: ConfigIssue[] = [];
  if (!isPlainObject(value)) return { value, issues };
  const expanded = Object.entries(value).map(([key, child]) => [
    key,
    Object.hasOwn(CONFIG_SCHEMA.keys, key) ? expand(child, [key], env, issues) : child,
  ]);
  return { value: Object.fromEntries(expanded), issues };
}

function expand(
  value: unknown,
  path: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  issues: ConfigIssue[],
): unknown {
  if (typeof value === 'string') return expandText(value, path, env, issues);
  if (Array.isArray(value))
    return value.map((item, index) => expand(item, [...path, String(index)], env, issues));
  if (!isPlainObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, child]) => [key, expand(child, [...path, key], env, issues)]),
  );
}

function expandText(
  value: string,
  path: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  issues: ConfigIssue[],
): string {
  return value.replace(REFERENCE, (whole, dollar: string, name: string) => {
    if (dollar !== '') return whole.slice(1);
    const found = env[name];
    if (found !== undefined && found !== '') return found;
    const message = `the environment variable ${name} is not set`;
    issues.push({ path: formatKeyPath(path), message, severity: 'warning', kind: 'environment' });
    return whole;
  });
}
