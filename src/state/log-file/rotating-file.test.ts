import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { temporaryPath } from '../../../test/state/temporary-path.ts';
import { openRotatingFile, type RotatingFileOptions } from './rotating-file.ts';

type Trouble = Parameters<RotatingFileOptions['onTrouble']>[0];

function noTrouble(trouble: Trouble): void {
  assert.fail(JSON.stringify(trouble));
}

function generations(path: string): string[] {
  return ['', '.1', '.2', '.3', '.4', '.5', '.6']
    .map((end) => path + end)
    .filter((name) => fs.existsSync(name));
}

test('writes private lines and survives being opened again', (t) => {
  const path = temporaryPath(t, 'logs/a.log');
  const former = process.umask(0);
  t.after(() => process.umask(former));
  for (const line of ['one', 'two']) {
    const file = openRotatingFile({ path, maxBytes: 10_000, onTrouble: noTrouble });
    file.write(line);
    file.close();
  }
  assert.equal(fs.readFileSync(path, 'utf8'), 'one\ntwo\n');
  assert.equal(fs.statSync(path).mode & 0o777, 0o600);
});

test('never needs more than its budget, and the newest lines are always there', (t) => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 3_000 }), { minLength: 1, maxLength: 60 }), (lengths) => {
      const path = temporaryPath(t, 'a.log');
      const maxBytes = 8_192;
      const file = openRotatingFile({ path, maxBytes, files: 4, onTrouble: noTrouble });
      lengths.forEach((length, n) => {
        file.write(`${n}:${'x'.repeat(length)}`);
        const used = generations(path).reduce((sum, name) => sum + fs.statSync(name).size, 0);
        assert.ok(used <= maxBytes, `${used} bytes`);
        const last = fs.readFileSync(path, 'utf8').trimEnd().split('\n').at(-1);
        assert.ok(last?.startsWith(`${n}:`));
      });
      file.close();
    }),
    { numRuns: 60 },
  );
});

test('a smaller setting removes the surplus generations of a larger one', (t) => {
  const path = temporaryPath(t, 'a.log');
  for (const age of [1, 2, 3, 4, 5, 6]) fs.writeFileSync(`${path}.${age}`, 'old');
  const file = openRotatingFile({ path, maxBytes: 2_048, files: 2, onTrouble: noTrouble });
  for (let n = 0; n < 3; n += 1) file.write('x'.repeat(900));
  file.close();
  assert.deepEqual(generations(path), [path, `${path}.1`]);
});

test('a rename from outside is noticed within a second', async (t) => {
  const path = temporaryPath(t, 'a.log');
  const file = openRotatingFile({ path, maxBytes: 100_000, onTrouble: noTrouble });
  t.after(() => file.close());
  file.write('before');
  fs.renameSync(path, `${path}.moved`);
  const deadline = performance.now() + 60_000;
  while (!fs.existsSync(path) && performance.now() < deadline) {
    file.write('after');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.match(fs.readFileSync(path, 'utf8'), /^after/);
  assert.match(fs.readFileSync(`${path}.moved`, 'utf8'), /^before/);
});

test('a line cut off by a crash does not swallow the next one', (t) => {
  const path = temporaryPath(t, 'a.log');
  fs.writeFileSync(path, '{"half":');
  const file = openRotatingFile({ path, maxBytes: 10_000, onTrouble: noTrouble });
  file.write('whole');
  file.close();
  assert.equal(fs.readFileSync(path, 'utf8'), '{"half":\nwhole\n');
});

test('what cannot be written is told once, counted, and told again when it works', (t) => {
  const path = temporaryPath(t, 'sub/a.log');
  const troubles: Trouble[] = [];
  const blocker = path.slice(0, path.lastIndexOf('/'));
  fs.writeFileSync(blocker, 'a file where the directory should be');
  const file = openRotatingFile({ path, maxBytes: 10_000, onTrouble: (trouble) => troubles.push(trouble) });
  t.after(() => file.close());
  for (let n = 0; n < 3; n += 1) file.write('lost');
  assert.deepEqual([troubles.map(({ kind }) => kind), file.lost()], [['failing'], 3]);
  fs.rmSync(blocker);
  file.write('kept');
  assert.deepEqual(troubles.slice(1), [{ kind: 'recovered', lost: 3 }]);
  assert.equal(fs.readFileSync(path, 'utf8'), 'kept\n');
});

test('does not write through a symbolic link', (t) => {
  const path = temporaryPath(t, 'a.log');
  const victim = temporaryPath(t, 'victim');
  fs.writeFileSync(victim, 'precious');
  fs.symlinkSync(victim, path);
  const troubles: Trouble[] = [];
  const file = openRotatingFile({ path, maxBytes: 10_000, onTrouble: (trouble) => troubles.push(trouble) });
  file.write('x');
  file.close();
  assert.equal(troubles.length, 1);
  assert.equal(fs.readFileSync(victim, 'utf8'), 'precious');
});

test('cuts a line that would not fit into one generation', (t) => {
  const path = temporaryPath(t, 'a.log');
  const file = openRotatingFile({ path, maxBytes: 8_192, files: 4, onTrouble: noTrouble });
  file.write('é'.repeat(5_000));
  file.close();
  const text = fs.readFileSync(path, 'utf8');
  assert.ok(Buffer.byteLength(text) <= 2_048);
  assert.match(text, /^é+ …\[cut\]\n$/);
});
