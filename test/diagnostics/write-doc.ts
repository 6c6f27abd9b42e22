/**
 * Writes the tables of docs/doctor.md: what is checked, and the hundred field failures with what the makers showed.
 * `node test/diagnostics/write-doc.ts` runs the makers (a home and a booted host, about 2 min) and prints; with `--write`
 * the file is changed between its marks.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listChapters } from '../../src/diagnostics/index.ts';
import { replaceBetween } from './doc-marks.ts';
import { FIELD_FAILURES, type FieldFailure } from './field-failures.ts';
import { FIXED_TEXT, type RecallRow } from './recall-table.ts';

const DOC = join(import.meta.dirname, '..', '..', 'docs', 'doctor.md');
const rows = runMakers();
const tables = { checks: checkTable(), failures: failureTable(rows) };

if (process.argv.includes('--write')) {
  let text = readFileSync(DOC, 'utf8');
  for (const [name, table] of Object.entries(tables)) text = replaceBetween(text, name, table);
  writeFileSync(DOC, text);
} else console.log(Object.values(tables).join('\n\n'));

function runMakers(): RecallRow[] {
  const directory = mkdtempSync(join(tmpdir(), 'clawdbot-recall-'));
  const file = join(directory, 'rows.jsonl');
  try {
    const tests = ['makers', 'host'].map((name) => join(import.meta.dirname, `${name}.test.ts`));
    const { status } = spawnSync(process.execPath, ['--test', '--test-concurrency=1', ...tests], {
      env: { ...process.env, DOCTOR_RECALL: file },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    if (status !== 0) console.error('not every maker passed: its row says "not shown"');
    if (!existsSync(file)) return [];
    return readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function checkTable(): string {
  const lines = listChapters().map(
    ({ id, severity, title, fixRisk }) =>
      `| \`${id}\` | ${severity} | ${title} | ${fixRisk === undefined ? '' : 'yes'} |`,
  );
  return ['| id | severity | title | `--fix` |', '|---|---|---|---|', ...lines].join('\n');
}

function failureTable(made: readonly RecallRow[]): string {
  const lines = FIELD_FAILURES.map((failure) => {
    const cells = [
      `F-${String(failure.f).padStart(2, '0')}`,
      `\`${failure.id}\``,
      failure.title,
      answerOf(failure, made),
    ];
    return `| ${cells.join(' | ')} |`;
  });
  const found = new Set(made.map(({ id }) => id)).size;
  return [
    '| | catalogue | what goes wrong | answer here |',
    '|---|---|---|---|',
    ...lines,
    '',
    `${found} ids brought about, each named as the only cause and gone afterwards.`,
  ].join('\n');
}

/** What the doctor says and how it went away; then what is shown by tests; then what is not. */
function answerOf(
  { id, checks = [id], shownBy = [], gap }: FieldFailure,
  made: readonly RecallRow[],
): string {
  const found = checks.map((check) => {
    const one = made.filter((row) => row.id === check);
    const name = check === id ? 'found' : `found as \`${check}\``;
    if (one.length === 0) return check === id ? 'has a check' : `has \`${check}\``;
    return one
      .map(({ ms, goneBy, fixed }) => `${name} in ${ms} ms; ${FIXED_TEXT[fixed]}gone: ${goneBy}`)
      .join('; ');
  });
  const shown = shownBy.map(([file, name]) => `\`${file}\`: ${name.trim()}…`);
  const parts = [...found, ...shown, ...(gap === undefined ? [] : [`**${gap}**`])];
  return parts.join('<br>').replaceAll('|', '\\|').replaceAll('\n', ' ');
}
