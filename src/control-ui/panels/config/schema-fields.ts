import * as z from 'zod/mini';

/** One value of the configuration that a form can edit. */
export type Field = {
  path: readonly string[];
  kind: 'boolean' | 'integer' | 'choice' | 'text' | 'texts';
  help: string;
  isSecret: boolean;
  choices: readonly string[];
  min: number | undefined;
  max: number | undefined;
  /** What holds when the file says nothing. */
  fallback: unknown;
};

export type FieldValue = string | number | boolean | readonly string[];

export const schemaAnswer = z.object({
  schema: z.unknown(),
  uiHints: z.record(z.string(), z.object({ sensitive: z.optional(z.boolean()) })),
});

const nodeSchema = z.object({
  type: z.optional(z.string()),
  description: z.optional(z.string()),
  properties: z.optional(z.record(z.string(), z.unknown())),
  enum: z.optional(z.array(z.string())),
  minimum: z.optional(z.number()),
  maximum: z.optional(z.number()),
  default: z.optional(z.unknown()),
});

/** Every field of a JSON Schema made of objects, depth first, in its order. What has no simple form is left to the text. */
export function fieldsOf({ schema, uiHints }: z.infer<typeof schemaAnswer>): Field[] {
  return walk(schema, []);

  function walk(value: unknown, path: readonly string[]): Field[] {
    const node = nodeSchema.safeParse(value).data;
    if (node === undefined) return [];
    if (node.properties !== undefined) {
      return Object.entries(node.properties).flatMap(([key, child]) => walk(child, [...path, key]));
    }
    const kind = kindOf(node);
    if (kind === undefined || path.length === 0) return [];
    return [
      {
        path,
        kind,
        help: node.description ?? '',
        isSecret: uiHints[path.join('.')]?.sensitive === true,
        choices: node.enum ?? [],
        min: node.minimum,
        max: node.maximum,
        fallback: node.default,
      },
    ];
  }
}

/** What the file says at a path; undefined where it says nothing. */
export function valueAt(file: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, key)
        ? Reflect.get(value, key)
        : undefined,
    file,
  );
}

/** The JSON merge patch (RFC 7396) that makes these changes and touches nothing else; `null` takes a key out. */
export function patchOf(changes: readonly { path: readonly string[]; value: FieldValue | null }[]): object {
  const patch = {};
  for (const { path, value } of changes) {
    let at: object = patch;
    for (const key of path.slice(0, -1)) {
      const next: unknown = Object.hasOwn(at, key) ? Reflect.get(at, key) : undefined;
      const inner = typeof next === 'object' && next !== null ? next : {};
      Reflect.set(at, key, inner);
      at = inner;
    }
    Reflect.set(at, path.at(-1) ?? '', value);
  }
  return patch;
}

/** Dotted paths of what is in the file and in no field: kept, shown, edited as text. */
export function otherKeys(file: unknown, fields: readonly Field[]): string[] {
  const known = new Set(
    fields.flatMap(({ path }) => path.map((_, index) => path.slice(0, index + 1).join('.'))),
  );
  const leaves = new Set(fields.map(({ path }) => path.join('.')));
  const others: string[] = [];
  const look = (value: unknown, path: string): void => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
    for (const [key, child] of Object.entries(value)) {
      const here = path === '' ? key : `${path}.${key}`;
      if (!known.has(here)) others.push(here);
      else if (!leaves.has(here)) look(child, here);
    }
  };
  look(file, '');
  return others;
}

function kindOf(node: z.infer<typeof nodeSchema>): Field['kind'] | undefined {
  if (node.enum !== undefined) return 'choice';
  switch (node.type) {
    case 'boolean':
      return 'boolean';
    case 'integer':
      return 'integer';
    case 'string':
      return 'text';
    case 'array':
      return 'texts';
    default:
      return undefined;
  }
}
