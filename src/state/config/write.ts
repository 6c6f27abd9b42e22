import * as fs from 'node:fs';
import { OpsError } from '../ops-error.ts';
import type { StatePaths } from '../paths.ts';
import { readTextIfPresent, writePrivateFile } from '../private-file.ts';
import { keepBackup } from './backups.ts';
import { DAMAGE_REMEDY } from './damage-remedy.ts';
import { type Change, changeAt, mergePatchChange } from './edit-change.ts';
import { editText } from './edit-text.ts';
import { parseKeyPath } from './key-path.ts';
import { type LoadedConfig, loadConfig } from './load.ts';
import { parseJson5 } from './parse.ts';
import { isPlainObject, valueAt } from './plain-object.ts';
import { refuseEdit, refuseReplacement } from './refuse-write.ts';
import { hashConfigText } from './validate.ts';
import { withWriteLock } from './write-lock.ts';
import { refusal, type WriteOptions, type WriteRefusal } from './write-outcome.ts';

/** The outcome of a write. `changed: false` = the file said so already and was not touched. */
export type ConfigWrite = { kind: 'written'; changed: boolean; loaded: LoadedConfig } | WriteRefusal;

/**
 * The value at a path as written in the file, without defaults; `undefined` when it is not there.
 * @throws `config/path`
 */
export function getConfigValue(loaded: LoadedConfig, path: string): unknown {
  return valueAt(loaded.parsed, parseKeyPath(path));
}

/**
 * Puts a value at a path (`gateway.port`, `gateway.trustedProxies[0]`); comments and layout of the file stay.
 * @throws `config/path`, `state/write`, `state/unreadable`
 */
export function setConfigValue(
  paths: StatePaths,
  path: string,
  value: unknown,
  options: WriteOptions = {},
): ConfigWrite {
  const parts = parseKeyPath(path);
  return rewrite(paths, options, (before) => {
    const raw = edited(before, changeAt(parts, { kind: 'replace', value }));
    return { raw, refuse: (after) => refuseEdit(before, after, { touched: parts, options }) };
  });
}

/** Takes a key out. Comments stay. @throws as {@link setConfigValue} */
export function unsetConfigValue(paths: StatePaths, path: string, options: WriteOptions = {}): ConfigWrite {
  const parts = parseKeyPath(path);
  return rewrite(paths, options, (before) => {
    if (valueAt(before.parsed, parts) === undefined)
      return refusal('not-found', `Config path not found: ${path}`);
    const raw = edited(before, changeAt(parts, { kind: 'remove' }));
    // a named removal is wanted, however much it takes away
    return {
      raw,
      refuse: (after) =>
        refuseEdit(before, after, { touched: parts, options: { ...options, loss: 'allow' } }),
    };
  });
}

/** Replaces the whole text (`config.set`). `baseHash` is required when there is a file. @throws as {@link setConfigValue} */
export function replaceConfigText(paths: StatePaths, raw: string, options: WriteOptions = {}): ConfigWrite {
  return rewrite(paths, options, (before) => {
    if (before.exists && options.baseHash === undefined) return hashRequired();
    return { raw, refuse: (after) => refuseReplacement(before, after, options) };
  });
}

/** Applies a JSON merge patch given as JSON5 text (`config.patch`). `baseHash` as above. @throws as {@link setConfigValue} */
export function mergePatchConfig(
  paths: StatePaths,
  patchRaw: string,
  options: WriteOptions = {},
): ConfigWrite {
  const patch = parseJson5(patchRaw);
  return rewrite(paths, options, (before) => {
    if (before.exists && options.baseHash === undefined) return hashRequired();
    if (patch.kind === 'syntax') return refusal('syntax', patch.message);
    if (!isPlainObject(patch.value)) return refusal('not-an-object', 'config.patch raw must be an object');
    if (!before.valid) return refusal('invalid', 'invalid config; fix before patching', before.issues);
    const raw = edited(before, mergePatchChange(before.parsed, patch.value));
    return { raw, refuse: (after) => refuseEdit(before, after, { touched: [], options }) };
  });
}

type Plan = { raw: string; refuse: (after: LoadedConfig) => WriteRefusal | undefined };

function rewrite(
  paths: StatePaths,
  { baseHash, env = process.env }: WriteOptions,
  plan: (before: LoadedConfig) => Plan | WriteRefusal,
): ConfigWrite {
  // a link (dotfile managers) stays a link: what it points to is rewritten
  const target = fs.existsSync(paths.config) ? fs.realpathSync(paths.config) : paths.config;
  return withWriteLock(target, () => {
    const before = loadConfig(paths, env);
    if (baseHash !== undefined && before.exists && baseHash !== before.hash) return changed();
    const planned = plan(before);
    if ('kind' in planned) return planned;
    const after = loadConfig(paths, env, planned.raw);
    const refused = planned.refuse(after);
    if (refused !== undefined) return refused;
    if (before.exists && planned.raw === before.raw)
      return { kind: 'written', changed: false, loaded: before };
    if (before.exists) keepBackup(target, before.raw);
    try {
      writePrivateFile(target, planned.raw, () => refuseIfChanged(target, before));
    } catch (thrown) {
      if (thrown instanceof OpsError && thrown.code === 'config/changed') return changed();
      throw thrown;
    }
    return { kind: 'written', changed: true, loaded: after };
  });
}

/** Programs that do not know our lock (editors, the real Clawdbot) may have written meanwhile. */
function refuseIfChanged(path: string, before: LoadedConfig): void {
  const present = readTextIfPresent(path);
  if (hashConfigText(present ?? '') === before.hash && (present !== undefined) === before.exists) return;
  throw new OpsError('config/changed', `cannot write ${path}: it changed meanwhile`);
}

function edited(before: LoadedConfig, change: Change): string {
  const syntax = before.issues.find((issue) => issue.kind === 'syntax');
  if (syntax !== undefined) {
    throw new OpsError('config/invalid', `cannot edit ${before.path}: ${syntax.message}`, {
      evidence: { path: before.path, line: syntax.line, column: syntax.column },
      remedies: [DAMAGE_REMEDY],
    });
  }
  return editText(before.exists && before.raw.trim() !== '' ? before.raw : '{}\n', change);
}

function hashRequired(): WriteRefusal {
  return refusal('base-hash-required', 'config base hash required; re-run config.get and retry');
}

function changed(): WriteRefusal {
  return refusal('changed', 'config changed since last load; re-run config.get and retry');
}
