// `npm run bench [-- SECTION…] [-- --write]`: prints the table; `--write` puts it into README.md.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Row, renderTable, withinLimit } from './row.ts';

const SECTIONS: Readonly<Record<string, () => Promise<{ rows: () => Promise<Row[]> }>>> = {
  cli: () => import('./cli.ts'),
  gateway: () => import('./gateway.ts'),
  node: () => import('./node.ts'),
  doctor: () => import('./doctor.ts'),
  page: () => import('./page.ts'),
  peers: () => import('./peers.ts'),
  supervisor: () => import('./supervisor.ts'),
};

const chosen = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const rows: Row[] = [];
for (const [name, load] of Object.entries(SECTIONS)) {
  if (chosen.length > 0 && !chosen.includes(name)) continue;
  console.error(`measuring ${name}`);
  rows.push(...(await (await load()).rows()));
}
const table = renderTable(rows);
console.log(table);

if (process.argv.includes('--write')) {
  const path = join(import.meta.dirname, '..', 'README.md');
  const readme = readFileSync(path, 'utf8');
  writeFileSync(path, readme.replace(/<!-- bench -->[\s\S]*?(?=\n## )/, `<!-- bench -->\n${table}\n`));
}
const missed = rows.filter((row) => !withinLimit(row));
if (missed.length > 0) console.error(`missed: ${missed.map((row) => row.what).join('; ')}`);
process.exitCode = missed.length === 0 ? 0 : 1;
