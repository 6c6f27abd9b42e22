import { globSync } from 'node:fs';
import { join } from 'node:path';

/** The problem makers of a folder below `test/makers` (`.` for that one itself), by name; other modules are left out. */
export async function loadMakers<M>(folder: string): Promise<M[]> {
  const directory = join(import.meta.dirname, '..', 'makers', folder);
  const makers: M[] = [];
  for (const file of globSync('*-*.ts', { cwd: directory }).sort()) {
    const loaded: { maker?: M } = await import(join(directory, file));
    if (loaded.maker !== undefined) makers.push(loaded.maker);
  }
  return makers;
}
