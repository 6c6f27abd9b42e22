import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { readTextIfPresent, writePrivateFile } from '../../state/index.ts';
import { type FileChange, maskSecrets, planChange } from './plan-changes.ts';
import type { UnitScope } from './render-unit.ts';

/**
 * Where the generated texts are remembered. Not in the state directory of a system service: root would write into a
 * directory of a less trusted account.
 */
export function memoryDirectory(scope: UnitScope, stateDir: string): string {
  return scope === 'system' ? '/var/lib/clawdbot-units' : join(stateDir, 'units');
}

/** Compares what would be generated with what is there. Writes nothing. */
export function compareUnits(
  rendered: ReadonlyMap<string, string>,
  places: { unitDirectory: string; memory: string },
): FileChange[] {
  return [...rendered].map(([unit, generated]) => {
    const path = join(places.unitDirectory, unit);
    const remembered = readTextIfPresent(join(places.memory, unit));
    return planChange({ path, generated, remembered, present: readTextIfPresent(path) });
  });
}

/**
 * Writes units so that a reader sees old or new in full, mode 0644 as systemd expects; keeps the former text, without
 * credentials, as a 0600 backup; remembers what was generated. Gives the backups made.
 * What is remembered of the machine's units all may read, as the units themselves: the doctor of a gateway that runs as an
 * account of its own compares them too.
 * @throws `state/write`
 */
export function writeUnits(
  changes: readonly FileChange[],
  { memory, scope }: { memory: string; scope: UnitScope },
  nowMs: number,
): string[] {
  const backups: string[] = [];
  for (const change of changes) {
    if (change.change !== 'unchanged') {
      if (change.present !== undefined) {
        const backup = join(
          memory,
          `${basename(change.path)}.${new Date(nowMs).toISOString().replaceAll(':', '')}.bak`,
        );
        writePrivateFile(backup, maskSecrets(change.present));
        backups.push(backup);
      }
      mkdirSync(dirname(change.path), { recursive: true, mode: 0o755 });
      writePrivateFile(change.path, change.text);
      chmodSync(change.path, 0o644);
    }
    const remembered = join(memory, basename(change.path));
    if (readTextIfPresent(remembered) !== change.generated) writePrivateFile(remembered, change.generated);
    if (scope === 'system') chmodSync(remembered, 0o644);
  }
  if (scope === 'system') chmodSync(memory, 0o755);
  return backups;
}

/** Removes units, what was remembered about them, and their backups (field failure F-99). Gives the units removed. */
export function removeUnits(
  units: readonly string[],
  places: { unitDirectory: string; memory: string },
): string[] {
  const removed = units
    .map((unit) => join(places.unitDirectory, unit))
    .filter((path) => readTextIfPresent(path) !== undefined);
  for (const path of removed) rmSync(path, { force: true });
  if (!existsSync(places.memory)) return removed;
  for (const name of readdirSync(places.memory)) {
    if (units.some((unit) => name === unit || (name.startsWith(`${unit}.`) && name.endsWith('.bak')))) {
      rmSync(join(places.memory, name), { force: true });
    }
  }
  return removed;
}
