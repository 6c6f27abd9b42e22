import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseUnitFacts } from './show-unit.ts';
import { parseTimespanMs } from './timespan.ts';

test('reads what systemctl show prints', () => {
  const facts = parseUnitFacts(
    'x.service',
    [
      'LoadState=loaded',
      'ActiveState=failed',
      'UnitFileState=enabled',
      'Result=exit-code',
      'DropInPaths=/a.conf /b.conf',
      'NeedDaemonReload=yes',
      'NRestarts=3',
      'StatusText=serving: a=b',
      'ExecMainStatus=78',
      'ExecMainCode=1',
      'ExecStart={ path=/opt/my node ; argv[]=/opt/my node /x y.js gateway ; ignore_errors=no ; start_time=[n/a] }',
      'Listen=127.0.0.1:18789 (Stream)',
      'Listen=[::1]:18789 (Stream)',
    ].join('\n'),
  );
  assert.equal(facts.statusText, 'serving: a=b');
  assert.deepEqual(facts.dropIns, ['/a.conf', '/b.conf']);
  assert.deepEqual(
    [facts.needsReload, facts.restarts, facts.mainStatus, facts.mainCode],
    [true, 3, 78, 'exited'],
  );
  assert.deepEqual([facts.program, facts.command], ['/opt/my node', '/opt/my node /x y.js gateway']);
  assert.deepEqual(facts.listen, ['127.0.0.1:18789', '[::1]:18789']);
});

test('a unit that is not there has empty facts', () => {
  assert.deepEqual(parseUnitFacts('x', 'LoadState=not-found').loadState, 'not-found');
});

for (const [text, ms] of [
  ['10min', 600_000],
  ['1min 30s', 90_000],
  ['2s 500ms', 2_500],
  ['100ms', 100],
  ['infinity', Number.POSITIVE_INFINITY],
  ['', 0],
] as const) {
  test(`reads the time span ${JSON.stringify(text)}`, () => {
    assert.equal(parseTimespanMs(text), ms);
  });
}
