import { CONFIG_SCHEMA } from './schema.ts';
import type { Leaf, SchemaNode, Section } from './schema-kinds.ts';

/** JSON Schema (draft 2020-12) of the config and hints for a form: what `config.schema` answers. */
export type ConfigSchemaDocument = {
  schema: Record<string, unknown>;
  /** By dotted path: what a form should show, and whether the value is a secret. */
  uiHints: Record<string, { help: string; sensitive?: true }>;
};

/** Builds both from the key table. Further keys are allowed: a real file has many. */
export function configSchema(): ConfigSchemaDocument {
  const uiHints: ConfigSchemaDocument['uiHints'] = {};
  const schema = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'clawdbot.json',
    ...describe(CONFIG_SCHEMA, '', uiHints),
  };
  return { schema, uiHints };
}

function describe(
  node: SchemaNode,
  path: string,
  uiHints: ConfigSchemaDocument['uiHints'],
): Record<string, unknown> {
  if (path !== '') {
    const isSecret = node.kind !== 'section' && node.secret;
    uiHints[path] = { help: node.about, ...(isSecret ? { sensitive: true } : {}) };
  }
  return node.kind === 'section' ? describeSection(node, path, uiHints) : describeLeaf(node);
}

function describeSection(
  node: Section,
  path: string,
  uiHints: ConfigSchemaDocument['uiHints'],
): Record<string, unknown> {
  const properties = Object.fromEntries(
    Object.entries(node.keys).map(([key, child]) => [
      key,
      describe(child, path === '' ? key : `${path}.${key}`, uiHints),
    ]),
  );
  return { type: 'object', description: node.about, properties, additionalProperties: true };
}

function describeLeaf(node: Leaf<unknown>): Record<string, unknown> {
  const common = {
    description: node.about,
    ...(node.fallback === undefined || node.kind === 'free' ? {} : { default: node.fallback }),
  };
  switch (node.kind) {
    case 'boolean':
      return { type: 'boolean', ...common };
    case 'integer':
      return {
        type: 'integer',
        ...(node.min === undefined ? {} : { minimum: node.min }),
        ...(node.max === undefined ? {} : { maximum: node.max }),
        ...common,
      };
    case 'choice':
      return { enum: [...(node.choices ?? [])], ...common };
    case 'text':
      return { type: 'string', ...common };
    case 'texts':
      return { type: 'array', items: { type: 'string' }, ...common };
    case 'free':
      return common;
  }
}
