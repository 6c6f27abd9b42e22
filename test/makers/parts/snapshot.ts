import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

/** Path to kind, owner, mode and content. */
export type Snapshot = ReadonlyMap<string, string>;

/** What a gateway writes while it runs, whatever a repair does. */
const ALIVE =
  /\/(logs\/|gateway\.holder\.json|.*\.sqlite(-wal|-shm)?$|standby|hand-over|place|.*\.sock$|\.cache\/)|\/logs$/;

/** Everything below a directory that does not change by itself. */
export function snapshot(directory: string): Snapshot {
  const facts = new Map<string, string>();
  const walk = (path: string): void => {
    const found = lstatSync(path, { throwIfNoEntry: false });
    if (found === undefined) return;
    const { mode, uid } = found;
    if (found.isFile()) facts.set(path, `${uid} ${mode.toString(8)} ${digest(path)}`);
    else if (found.isSymbolicLink()) facts.set(path, `link ${readlinkSync(path)}`);
    else facts.set(path, `${uid} ${mode.toString(8)}`);
    if (found.isDirectory()) for (const name of readdirSync(path)) walk(join(path, name));
  };
  walk(directory);
  for (const path of facts.keys()) if (ALIVE.test(path)) facts.delete(path);
  return facts;
}

/** Paths that came, went or are not as they were. */
export function changedSince(before: Snapshot, now: Snapshot): string[] {
  return [...new Set([...before.keys(), ...now.keys()])].filter((path) => now.get(path) !== before.get(path));
}

function digest(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}
