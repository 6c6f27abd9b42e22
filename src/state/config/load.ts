import type { StatePaths } from '../paths.ts';
import { readTextIfPresent } from '../private-file.ts';
import type { ConfigIssue } from './issue.ts';
import { type ConfigReading, hashConfigText, validateConfigText } from './validate.ts';

/** A config file as found on disk. */
export type LoadedConfig = ConfigReading & {
  paths: StatePaths;
  path: string;
  exists: boolean;
  /** The text as it is in the file, `''` when there is none. */
  raw: string;
  /** Hex SHA-256 of `raw`; what a writer must present as `baseHash`. */
  hash: string;
  /** The issues of severity `warning` and one line per unknown key, as `config.get` returns them. */
  warnings: { path: string; message: string }[];
};

/**
 * Reads the config file. A missing file gives the defaults with `exists: false`; a file that cannot be
 * understood gives the defaults with `valid: false` and the reason in `issues`. `text` stands in for the file's content.
 * @throws `state/unreadable` when the file is there and cannot be read
 */
export function loadConfig(
  paths: StatePaths,
  env: Readonly<Record<string, string | undefined>> = process.env,
  text: string | undefined = readTextIfPresent(paths.config),
): LoadedConfig {
  const raw = text ?? '';
  const reading = validateConfigText(text === undefined || text.trim() === '' ? '{}' : text, {
    env,
    includes: { file: paths.config, read: readTextIfPresent },
  });
  return {
    ...reading,
    paths,
    path: paths.config,
    exists: text !== undefined,
    raw,
    hash: hashConfigText(raw),
    warnings: [
      ...reading.issues.filter(isWarning).map(pathAndMessage),
      ...reading.unknownKeys.map(unknownText),
    ],
  };
}

function isWarning(issue: ConfigIssue): boolean {
  return issue.severity === 'warning';
}

function pathAndMessage({ path, message }: ConfigIssue): { path: string; message: string } {
  return { path, message };
}

function unknownText({ path, nearest, note }: LoadedConfig['unknownKeys'][number]): {
  path: string;
  message: string;
} {
  const hint = note ?? (nearest === undefined ? undefined : `did you mean ${nearest}?`);
  return {
    path,
    message: hint === undefined ? 'unknown key, kept and ignored' : `unknown key, kept and ignored: ${hint}`,
  };
}
