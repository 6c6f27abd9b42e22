/** Whether a value is a JSON object (not null, not an array). */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The own property, or undefined; never something inherited such as `constructor`. */
export function ownValue(object: unknown, key: string): unknown {
  if (Array.isArray(object)) return /^(0|[1-9]\d*)$/.test(key) ? object[Number(key)] : undefined;
  return isPlainObject(object) && Object.hasOwn(object, key) ? object[key] : undefined;
}

/** The value under a path, or undefined. */
export function valueAt(root: unknown, path: readonly string[]): unknown {
  return path.reduce(ownValue, root);
}
