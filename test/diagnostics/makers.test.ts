import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { Maker } from '../makers/maker.ts';
import { examine, healthySetup, rootIds, until } from '../makers/setup.ts';

const directory = join(import.meta.dirname, '..', 'makers');
const makers: Maker[] = [];
for (const file of globSync('*-*.ts', { cwd: directory }).sort()) {
  const loaded: { maker?: Maker } = await import(join(directory, file));
  if (loaded.maker !== undefined) makers.push(loaded.maker);
}

type Row = { id: string; detected: string; gone: string; ms: number };
const rows: Row[] = [];

for (const maker of makers) {
  const { id, base, also = [] } = maker;
  test(`${id}: named as the cause, and gone when it is mended`, {
    skip: maker.skip?.() ?? false,
    timeout: 60_000,
  }, async (t) => {
    const setup = await healthySetup(t, base);
    const before = await examine(setup);
    assert.deepEqual(
      rootIds(before),
      base === 'serving' ? [] : ['gateway/down'],
      'a healthy setup has no findings',
    );

    const broken = await maker.make(setup);
    const report = await examine(setup, broken);
    assert.deepEqual(
      rootIds(report).toSorted(),
      [id, ...also].toSorted(),
      JSON.stringify(report.findings, null, 1),
    );
    const row: Row = { id, detected: 'yes', gone: 'not tried', ms: report.durationMs };
    rows.push(row);
    if (maker.mend === undefined) return;
    await maker.mend(setup);
    // A gateway that follows its config needs a moment.
    await until(`${id} to be gone`, async () => !rootIds(await examine(setup, broken)).includes(id));
    row.gone = 'yes';
  });
}

after(() => {
  if (rows.length === 0) return;
  const width = Math.max(...rows.map(({ id }) => id.length));
  console.log(`${'id'.padEnd(width)}  detected  gone when mended  ms`);
  for (const { id, detected, gone, ms } of rows)
    console.log(`${id.padEnd(width)}  ${detected.padEnd(8)}  ${gone.padEnd(16)}  ${ms}`);
  console.log(`${rows.length} of ${makers.length} makers, every one named as the only root cause`);
});
