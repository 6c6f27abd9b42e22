import type * as z from 'zod/mini';

type Issue = z.core.$ZodIssue;

/**
 * Words a schema refusal the way the reference gateway does (its clients show these texts):
 * missing properties first, then unexpected ones, then rules by path; duplicates removed, joined by `; `.
 */
export function validationText(issues: readonly Issue[], input: unknown): string {
  const texts = issues.flatMap((issue) => issueTexts(issue, input));
  const rank = (text: string) =>
    text.includes('required property') ? 0 : text.includes('unexpected property') ? 1 : 2;
  return [...new Set(texts)].sort((a, b) => rank(a) - rank(b)).join('; ');
}

function issueTexts(issue: Issue, input: unknown): string[] {
  const where = issue.path.length === 0 ? '' : `at /${issue.path.map(String).join('/')}: `;
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => `${where || 'at root: '}unexpected property '${key}'`);
  }
  const last = issue.path.at(-1);
  if (typeof last === 'string' && valueAt(input, issue.path) === undefined && !hasKey(input, issue.path)) {
    const parent = issue.path.length === 1 ? '' : `at /${issue.path.slice(0, -1).map(String).join('/')}: `;
    return [`${parent}must have required property '${last}'`];
  }
  return ruleTexts(issue).map((rule) => where + rule);
}

function ruleTexts(issue: Issue): string[] {
  switch (issue.code) {
    case 'invalid_type':
      return [
        `must be ${issue.expected === 'int' ? 'integer' : issue.expected === 'record' ? 'object' : issue.expected}`,
      ];
    case 'invalid_value':
      return issue.values.length === 1
        ? ['must be equal to constant']
        : ['must be equal to constant', 'must match a schema in anyOf'];
    case 'too_small':
      if (issue.origin === 'string') return [`must NOT have fewer than ${issue.minimum} characters`];
      if (issue.origin === 'array') return [`must NOT have fewer than ${issue.minimum} items`];
      return [`must be >= ${issue.minimum}`];
    case 'too_big':
      if (issue.origin === 'string') return [`must NOT have more than ${issue.maximum} characters`];
      if (issue.origin === 'array') return [`must NOT have more than ${issue.maximum} items`];
      return [`must be <= ${issue.maximum}`];
    case 'invalid_union':
      return ['must match a schema in anyOf'];
    default:
      return [issue.message];
  }
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  let value = input;
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = Reflect.get(value, key);
  }
  return value;
}

function hasKey(input: unknown, path: readonly PropertyKey[]): boolean {
  const parent = valueAt(input, path.slice(0, -1));
  const last = path.at(-1);
  return typeof parent === 'object' && parent !== null && last !== undefined && Object.hasOwn(parent, last);
}
