// Runs on whatever Node the machine has (20 on Debian 12): plain JavaScript, no dependency.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const root = join(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '..');
const stamp = join(root, 'node_modules', '.installed-from');

/**
 * Installs the locked dependencies unless `node_modules` already holds exactly them, and checks that the runtime
 * (npm package `node`) really is there. Exits the process with npm's status when the installation fails.
 */
export function ensureInstalled() {
  const wanted = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  const present = existsSync(stamp) ? readFileSync(stamp, 'utf8') : '';
  if (present !== wanted || !existsSync(runtime())) {
    console.error('installing dependencies (npm install, locked versions)');
    // Not `npm ci`: it refuses when a registry mirror lacks the binary package of another platform (biome for Android,
    // say), and the lock then has no entry for it. `--no-save` takes the locked versions and leaves the lock alone.
    const result = spawnSync('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'], {
      cwd: root,
      stdio: ['ignore', 2, 2],
    });
    if (result.status !== 0) {
      console.error(
        `cannot install dependencies: npm install ended with ${result.status ?? result.signal ?? result.error}`,
      );
      process.exit(result.status ?? 1);
    }
    if (!existsSync(runtime())) {
      console.error(
        `cannot find the runtime: npm package "node" left no ${runtime()} (are its install scripts allowed?)`,
      );
      process.exit(1);
    }
    writeFileSync(stamp, wanted);
  }
}

/** The Node 24 that npm brought. */
export function runtime() {
  return join(root, 'node_modules', '.bin', 'node');
}

/** Environment in which that Node comes first on PATH, as in npm scripts. */
export function runtimeEnvironment() {
  return { ...process.env, PATH: `${join(root, 'node_modules', '.bin')}:${process.env.PATH}` };
}

/** Runs a program with the terminal attached and gives its exit status (128+n for signals is left to the caller). */
export function run(command, args, options = {}) {
  const result = spawnSync(command, args, {
    cwd: root,
    stdio: 'inherit',
    env: runtimeEnvironment(),
    ...options,
  });
  return result.status ?? 1;
}
