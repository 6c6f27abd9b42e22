import * as fs from 'node:fs';
import { basename, dirname } from 'node:path';
import type { StatePaths } from '../paths.ts';
import { ensurePrivateDirectory } from '../private-file.ts';
import { type LoadedConfig, loadConfig } from './load.ts';

export type ConfigWatchOptions = {
  /** The file says something else than before. Called with what is there now, also when that is invalid. */
  onChange: (loaded: LoadedConfig) => void;
  /** The watch cannot go on or the file cannot be read. */
  onError: (error: unknown) => void;
  /** Quiet time after the last sign of a change; default 300 ms (as the real gateway). */
  debounceMs?: number;
  /** How long a missing file counts as "being replaced"; default 2 s. */
  absenceMs?: number;
  signal: AbortSignal;
  env?: Readonly<Record<string, string | undefined>>;
};

export type ConfigWatch = {
  /** Tells the watch what this process wrote itself (or knows already): that text is no news. */
  expect(hash: string): void;
};

/**
 * Watches the config file by its directory, so that a replacement by rename is seen. News is judged by content hash:
 * touching the file or writing the same text again is none (F-28). Ends with the signal.
 */
export function watchConfig(paths: StatePaths, options: ConfigWatchOptions): ConfigWatch {
  const { onChange, onError, debounceMs = 300, absenceMs = 2_000, signal, env = process.env } = options;
  let known = loadConfig(paths, env).hash;
  let timer: NodeJS.Timeout | undefined;
  let absentSince: number | undefined;

  const look = (): void => {
    try {
      const loaded = loadConfig(paths, env);
      if (!loaded.exists && isShortAbsence()) {
        wait();
        return;
      }
      absentSince = loaded.exists ? undefined : absentSince;
      if (loaded.hash === known) return;
      known = loaded.hash;
      onChange(loaded);
    } catch (thrown) {
      onError(thrown);
    }
  };

  const isShortAbsence = (): boolean => {
    const now = performance.now();
    absentSince ??= now;
    return now - absentSince < absenceMs;
  };

  const wait = (): void => {
    clearTimeout(timer);
    timer = setTimeout(look, debounceMs);
  };

  const watchers = watchedPlaces(paths.config).map(({ directory, name }) => {
    ensurePrivateDirectory(directory);
    const watcher = fs.watch(directory, { signal, persistent: false });
    watcher.on('change', (_event, changed) => {
      if (changed === null || String(changed) === name) wait();
    });
    watcher.on('error', onError);
    return watcher;
  });
  signal.addEventListener(
    'abort',
    () => {
      clearTimeout(timer);
      for (const watcher of watchers) watcher.close();
    },
    { once: true },
  );

  return {
    expect: (hash) => {
      known = hash;
    },
  };
}

/** The file's own place and, for a link, the place of what it points to. */
function watchedPlaces(path: string): { directory: string; name: string }[] {
  const places = [{ directory: dirname(path), name: basename(path) }];
  const real = fs.existsSync(path) ? fs.realpathSync(path) : path;
  if (real !== path) places.push({ directory: dirname(real), name: basename(real) });
  return places;
}
