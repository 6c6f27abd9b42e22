import assert from 'node:assert/strict';
import { test } from 'node:test';
import { displayCommand } from '../../src/approvals/display.ts';
import { type CorpusCase, readCorpus, runCase } from './corpus-case.ts';

type Verdict = 'good' | 'hole' | 'over-blocking' | 'prompt' | 'skipped';
type Count = Record<Verdict, number>;

/** Cases that are not decided on here, with the reason. They still have to be refused. */
function skipReason(given: CorpusCase): string | undefined {
  return given.platform === 'win32'
    ? 'commands are not decided on Windows: everything is refused there'
    : undefined;
}

function judge(given: CorpusCase): { verdict: Verdict; text: string } {
  const decided = runCase(given);
  const text = `${given.id} ${given.class} ${given.level}: expected ${given.expect}, got ${decided.decision} (${decided.reason})`;
  const order = ['deny', 'ask', 'allow'];
  const difference = order.indexOf(decided.decision) - order.indexOf(given.expect);
  if (skipReason(given) !== undefined) return { verdict: difference > 0 ? 'hole' : 'skipped', text };
  if (difference !== 0) return { verdict: difference > 0 ? 'hole' : 'over-blocking', text };
  return { verdict: given.prompt !== undefined && !promptHolds(given) ? 'prompt' : 'good', text };
}

/** Whether the text shown to a person has everything that has to be in it, and nothing raw that must not be. */
function promptHolds({ request, prompt = { requireText: [], forbidRaw: [] } }: CorpusCase): boolean {
  const command = request.command as readonly string[]; // cases with a prompt have a vector
  const { text } = displayCommand(command);
  return (
    prompt.requireText.every((part) => text.includes(part)) &&
    prompt.forbidRaw.every((part) => !text.includes(part))
  );
}

test('every case of the public corpus is decided as expected', (t) => {
  const table = new Map<string, Count>();
  const wrong: string[] = [];
  const skips = new Map<string, number>();
  for (const given of readCorpus()) {
    const { verdict, text } = judge(given);
    const row = `${given.class} ${given.level}`;
    const count = table.get(row) ?? { good: 0, hole: 0, 'over-blocking': 0, prompt: 0, skipped: 0 };
    count[verdict] += 1;
    table.set(row, count);
    const skipped = skipReason(given);
    if (verdict === 'skipped' && skipped !== undefined) skips.set(skipped, (skips.get(skipped) ?? 0) + 1);
    else if (verdict !== 'good') wrong.push(`${verdict}: ${text}`);
  }
  for (const line of renderTable(table)) t.diagnostic(line);
  for (const [reason, number] of skips) t.diagnostic(`skipped ${number}: ${reason}`);
  assert.deepEqual(wrong, []);
});

function renderTable(table: ReadonlyMap<string, Count>): string[] {
  const columns = ['good', 'hole', 'over-blocking', 'prompt', 'skipped'] as const;
  const line = (name: string, cells: readonly (string | number)[]) =>
    name.padEnd(24) + cells.map((cell) => String(cell).padStart(14)).join('');
  return [
    line('class level', columns),
    ...[...table].map(([name, count]) =>
      line(
        name,
        columns.map((column) => count[column]),
      ),
    ),
  ];
}
