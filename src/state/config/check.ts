import type { ConfigIssue } from './issue.ts';
import { isPlainObject, ownValue } from './plain-object.ts';
import { CONFIG_SCHEMA, type Config } from './schema.ts';
import type { Leaf, SchemaNode, Section } from './schema-kinds.ts';

/**
 * Fills in defaults and judges every known value. A bad optional value falls back and is a warning;
 * a bad required one (port, bind, auth mode) falls back too but is an error, so nothing starts with it by accident.
 */
export function checkConfig(parsed: unknown): { config: Config; issues: ConfigIssue[] } {
  const issues: ConfigIssue[] = [];
  if (parsed !== undefined && !isPlainObject(parsed)) {
    issues.push({
      path: '',
      message: `must be an object, not ${kindOf(parsed)}`,
      severity: 'error',
      kind: 'value',
    });
  }
  const config = readSection(CONFIG_SCHEMA, parsed, '', issues);
  // readSection builds exactly the keys of CONFIG_SCHEMA, each with the type its leaf checked
  return { config: config as Config, issues };
}

/** Why a value does not fit its key, or undefined when it does. */
function refusalOf(leaf: Leaf<unknown>, value: unknown): string | undefined {
  switch (leaf.kind) {
    case 'free':
      return undefined;
    case 'boolean':
      return typeof value === 'boolean' ? undefined : `must be true or false, not ${show(leaf, value)}`;
    case 'integer':
      return refuseInteger(leaf, value);
    case 'choice':
      return typeof value === 'string' && leaf.choices?.includes(value)
        ? undefined
        : `must be ${(leaf.choices ?? []).map((word) => `"${word}"`).join(', ')}, not ${show(leaf, value)}`;
    case 'text':
      if (typeof value !== 'string') return `must be a text, not ${show(leaf, value)}`;
      return leaf.refuse?.(value);
    case 'texts':
      return refuseTexts(leaf, value);
  }
}

function readSection(
  schema: Section,
  value: unknown,
  path: string,
  issues: ConfigIssue[],
): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const [key, node] of Object.entries(schema.keys)) {
    result[key] = readNode(node, ownValue(value, key), path === '' ? key : `${path}.${key}`, issues);
  }
  return result;
}

function readNode(node: SchemaNode, value: unknown, path: string, issues: ConfigIssue[]): unknown {
  if (node.kind === 'section') {
    if (value !== undefined && !isPlainObject(value)) {
      const severity = hasRequired(node) ? 'error' : 'warning';
      issues.push({ path, message: `must be an object, not ${kindOf(value)}`, severity, kind: 'value' });
    }
    return readSection(node, value, path, issues);
  }
  if (value === undefined) return node.fallback;
  const message = refusalOf(node, value);
  if (message === undefined) return value;
  issues.push({ path, message, severity: node.required ? 'error' : 'warning', kind: 'value' });
  return node.fallback;
}

function hasRequired(node: SchemaNode): boolean {
  return node.kind === 'section' ? Object.values(node.keys).some(hasRequired) : node.required;
}

function refuseInteger(leaf: Leaf<unknown>, value: unknown): string | undefined {
  const min = leaf.min ?? Number.MIN_SAFE_INTEGER;
  const max = leaf.max ?? Number.MAX_SAFE_INTEGER;
  if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return undefined;
  return `must be a whole number from ${min} to ${max}, not ${show(leaf, value)}`;
}

function refuseTexts(leaf: Leaf<unknown>, value: unknown): string | undefined {
  if (!Array.isArray(value)) return `must be a list of texts, not ${kindOf(value)}`;
  for (const [index, item] of value.entries()) {
    const refusal = typeof item === 'string' ? leaf.refuse?.(item) : `must be a text, not ${kindOf(item)}`;
    if (refusal !== undefined) return `[${index}] ${refusal}`;
  }
  return undefined;
}

/** Secrets are never shown, also not when they are of the wrong kind. */
function show(leaf: Leaf<unknown>, value: unknown): string {
  if (leaf.secret || typeof value === 'object') return kindOf(value);
  const shown = JSON.stringify(value) ?? String(value);
  return shown.length > 60 ? `${shown.slice(0, 60)}…` : shown;
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value === 'string' ? 'text' : typeof value}`;
}
