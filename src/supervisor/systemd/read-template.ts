import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The text of a file in `units/`, which lies beside `package.json` above both `src/` and `dist/`. */
export function readTemplate(name: string): string {
  return readFileSync(join(packageRoot(), 'units', name), 'utf8');
}

/** Directory of the installed package. */
export function packageRoot(): string {
  let directory = import.meta.dirname;
  while (!existsSync(join(directory, 'units', 'clawdbot-gateway.service'))) {
    const above = dirname(directory);
    if (above === directory) throw new Error(`cannot find the unit templates above ${import.meta.dirname}`);
    directory = above;
  }
  return directory;
}
