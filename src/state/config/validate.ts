import { createHash } from 'node:crypto';
import { checkConfig } from './check.ts';
import { findCombinationIssues } from './combinations.ts';
import { expandEnvironment } from './expand-environment.ts';
import type { ConfigIssue, UnknownKey } from './issue.ts';
import { locate } from './locate.ts';
import { parseJson5 } from './parse.ts';
import { type ReadText, resolveIncludes } from './resolve-includes.ts';
import type { Config } from './schema.ts';
import { findUnknownKeys } from './unknown-keys.ts';

/** Everything a config text says, without touching a file. */
export type ConfigReading = {
  /** The JSON5 value as written (no defaults, `${NAME}` not replaced); `{}` when the text is unusable. */
  parsed: unknown;
  /** `parsed` with included files merged in and `${NAME}` replaced, still without defaults. */
  effective: unknown;
  /** Typed, from `effective`, defaults filled in. */
  config: Config;
  issues: ConfigIssue[];
  unknownKeys: UnknownKey[];
  /** No issue of severity `error`. */
  valid: boolean;
};

/** What a config text may refer to; without it nothing outside the text is read. */
export type ConfigContext = {
  env?: Readonly<Record<string, string | undefined>>;
  /** The file the text is from, and how to read files it includes. */
  includes?: { file: string; read: ReadText };
};

/** Reads a config text: syntax, included files, values, combinations, unknown keys. Never throws. */
export function validateConfigText(raw: string, { env = {}, includes }: ConfigContext = {}): ConfigReading {
  const text = parseJson5(raw);
  if (text.kind === 'syntax') {
    const { config } = checkConfig({});
    const { message, line, column } = text;
    const issue: ConfigIssue = { path: '', message, severity: 'error', kind: 'syntax', line, column };
    return { parsed: {}, effective: {}, config, issues: [issue], unknownKeys: [], valid: false };
  }
  const included = resolveIncludes(text.value, includes?.file ?? '', includes?.read ?? readNothing);
  const expanded = expandEnvironment(included.value, env);
  const { config, issues } = checkConfig(expanded.value);
  const found = [...included.issues, ...expanded.issues, ...issues, ...findCombinationIssues(config)];
  const all = found.map((issue) => ({ ...issue, ...locate(text.document, issue.path) }));
  return {
    parsed: text.value,
    effective: expanded.value,
    config,
    issues: all,
    unknownKeys: findUnknownKeys(expanded.value).map((key) => ({
      ...key,
      ...locate(text.document, key.path),
    })),
    valid: all.every((issue) => issue.severity !== 'error'),
  };
}

function readNothing(): undefined {
  return undefined;
}

/** Hex SHA-256 of the raw text: what `config.get` calls `hash`. */
export function hashConfigText(raw: string): string {
  return createHash('sha256').update(raw, 'utf8').digest('hex');
}
