import assert from 'node:assert/strict';
import { test } from 'node:test';
import { COMMANDS } from '../index.ts';
import { placesOf } from './command-tree.ts';

test('every option that takes a file of this machine completes files', () => {
  const fileOptions = placesOf(COMMANDS, []).flatMap(({ path, options }) =>
    options
      .filter(
        ({ names, value }) =>
          value !== undefined && names.some((name) => /^--(.*-)?(file|report|state-dir)$/.test(name)),
      )
      .map(({ names, value }) => ({ where: `${path} ${names.join(' ')}`, isFile: value?.isFile })),
  );
  assert.ok(fileOptions.length > 4);
  assert.deepEqual(
    fileOptions.filter(({ isFile }) => isFile !== true),
    [],
  );
});
