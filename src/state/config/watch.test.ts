import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { dirname } from 'node:path';
import { type TestContext, test } from 'node:test';
import { until } from '../../../test/state/children.ts';
import { temporaryPath } from '../../../test/state/temporary-path.ts';
import { resolvePaths, type StatePaths } from '../paths.ts';
import { type ConfigWatch, watchConfig } from './watch.ts';
import { setConfigValue } from './write.ts';

type Watched = { paths: StatePaths; watch: ConfigWatch; seen: (number | 'absent')[]; stop: AbortController };

function watched(t: TestContext, text = '{gateway: {port: 1}}'): Watched {
  const paths = resolvePaths({ HOME: dirname(temporaryPath(t, 'x')) });
  fs.mkdirSync(paths.stateDir);
  fs.writeFileSync(paths.config, text);
  const seen: Watched['seen'] = [];
  const stop = new AbortController();
  t.after(() => stop.abort());
  const watch = watchConfig(paths, {
    debounceMs: 20,
    // Longer than a busy machine pauses between a removal here and the next write.
    absenceMs: 4_000,
    signal: stop.signal,
    env: {},
    onChange: ({ exists, config }) => seen.push(exists ? config.gateway.port : 'absent'),
    onError: assert.ifError,
  });
  return { paths, watch, seen, stop };
}

/** Writes a last, known value and waits for it: everything before it had its chance to be seen. */
async function settle({ paths, seen }: Watched, port: number): Promise<void> {
  fs.writeFileSync(paths.config, `{gateway: {port: ${port}}}`);
  await until(`port ${port} to be seen`, () => seen.at(-1) === port);
}

test('sees writes in place and replacements by rename, several at once as one', async (t) => {
  const watch = watched(t);
  await settle(watch, 2);
  for (const port of [3, 4, 5]) {
    fs.writeFileSync(`${watch.paths.config}.new`, `{gateway: {port: ${port}}}`);
    fs.renameSync(`${watch.paths.config}.new`, watch.paths.config);
  }
  await until('the rename', () => watch.seen.at(-1) === 5);
  assert.deepEqual(watch.seen, [2, 5]);
});

test('touching the file or writing the same text again is no news', async (t) => {
  const watch = watched(t);
  fs.writeFileSync(watch.paths.config, '{gateway: {port: 1}}');
  fs.utimesSync(watch.paths.config, 1, 1);
  await new Promise((resolve) => setTimeout(resolve, 100));
  await settle(watch, 9);
  assert.deepEqual(watch.seen, [9]);
});

test('what this process wrote itself is no news', async (t) => {
  const watch = watched(t);
  const write = setConfigValue(watch.paths, 'gateway.port', 77, { env: {} });
  assert.ok(write.kind === 'written');
  watch.watch.expect(write.loaded.hash);
  await new Promise((resolve) => setTimeout(resolve, 100));
  await settle(watch, 9);
  assert.deepEqual(watch.seen, [9]);
});

test('a short absence is not yet one, a long one is', async (t) => {
  const watch = watched(t);
  fs.rmSync(watch.paths.config);
  await new Promise((resolve) => setTimeout(resolve, 60));
  await settle(watch, 2);
  assert.deepEqual(watch.seen, [2]);
  fs.rmSync(watch.paths.config);
  await until('the absence', () => watch.seen.at(-1) === 'absent');
});

test('nothing is told after the signal', async (t) => {
  const watch = watched(t);
  watch.stop.abort();
  fs.writeFileSync(watch.paths.config, '{gateway: {port: 2}}');
  await new Promise((resolve) => setTimeout(resolve, 100));
  assert.deepEqual(watch.seen, []);
});
