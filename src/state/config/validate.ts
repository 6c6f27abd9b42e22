import { createHash } from 'node:crypto';
import { checkConfig } from './check.ts';
import { findCombinationIssues } from './combinations.ts';
import { expandEnvironment } from './expand-environment.ts';
import type { ConfigIssue, UnknownKey } from './issue.ts';
import { parseJson5 } from './parse.ts';
import type { Config } from './schema.ts';
import { findUnknownKeys } from './unknown-keys.ts';

/** Everything a config text says, without touching a file. */
export type ConfigReading = {
  /** The JSON5 value as written (no defaults, `${NAME}` not replaced); `{}` when the text is unusable. */
  parsed: unknown;
  /** Typed, defaults filled in, `${NAME}` replaced. */
  config: Config;
  issues: ConfigIssue[];
  unknownKeys: UnknownKey[];
  /** No issue of severity `error`. */
  valid: boolean;
};

/** Reads a config text: syntax, values, combinations, unknown keys. Never throws. */
export function validateConfigText(
  raw: string,
  env: Readonly<Record<string, string | undefined>> = {},
): ConfigReading {
  const text = parseJson5(raw);
  if (text.kind === 'syntax') {
    const { config } = checkConfig({});
    const { message, line, column } = text;
    const issue: ConfigIssue = { path: '', message, severity: 'error', kind: 'syntax', line, column };
    return { parsed: {}, config, issues: [issue], unknownKeys: [], valid: false };
  }
  const expanded = expandEnvironment(text.value, env);
  const { config, issues } = checkConfig(expanded.value);
  const all = [...expanded.issues, ...issues, ...findCombinationIssues(config)];
  return {
    parsed: text.value,
    config,
    issues: all,
    unknownKeys: findUnknownKeys(text.value),
    valid: all.every((issue) => issue.severity !== 'error'),
  };
}

/** Hex SHA-256 of the raw text: what `config.get` calls `hash`. */
export function hashConfigText(raw: string): string {
  return createHash('sha256').update(raw, 'utf8').digest('hex');
}
