import assert from 'node:assert/strict';
import { test } from 'node:test';
import { displayWidth, renderTable } from './render-table.ts';

test('columns line up under wide characters and nothing trails', () => {
  assert.deepEqual(
    renderTable(
      ['Node', 'ID'],
      [
        ['日本', 'a'],
        ['web', ''],
      ],
    ),
    ['Node  ID', '日本  a', 'web'],
  );
  assert.equal(displayWidth('e\u0301'), 1);
});

test('a hostile cell cannot start a new row or colour', () => {
  assert.deepEqual(renderTable(['Node'], [['x\nadmin\x1b[8m']]), ['Node', 'x\\nadmin\\x1b[8m']);
});
