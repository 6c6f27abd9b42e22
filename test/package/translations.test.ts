import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';

const root = join(import.meta.dirname, '../..');

for (const [original, translation] of [
  ['README.md', 'README.zh-CN.md'],
  ['docs/tailnet.md', 'docs/tailnet.zh-CN.md'],
] as const) {
  test(`${translation} has the commands, sections and links of ${original}`, () => {
    const [one, other] = [original, translation].map((name) => readFileSync(join(root, name), 'utf8'));
    assert.deepEqual(commands(other ?? ''), commands(one ?? ''));
    assert.deepEqual(levels(other ?? ''), levels(one ?? ''));
    // The other language and the table of numbers are linked to each other's files.
    const outward = (text: string) => links(text).filter((link) => !/tailnet|README/.test(link));
    assert.deepEqual(outward(other ?? ''), outward(one ?? ''));
  });

  test(`${translation} links to files that are there`, () => {
    for (const link of links(readFileSync(join(root, translation), 'utf8'))) {
      const file = link.replace(/#.*/, '');
      if (!link.startsWith('https:')) assert.ok(existsSync(join(root, dirname(translation), file)), link);
    }
  });
}

/** Lines of console blocks without the remark behind ` # `. */
function commands(markdown: string): string[] {
  return [...markdown.matchAll(/```console\n(.*?)```/gs)].flatMap(([, block = '']) =>
    block.split('\n').map((line) => line.replace(/\s+# .*/, '')),
  );
}

function levels(markdown: string): number[] {
  const prose = markdown.replaceAll(/```.*?```/gs, '');
  return [...prose.matchAll(/^(#+) /gm)].map(([, marks = '']) => marks.length);
}

function links(markdown: string): string[] {
  return [...markdown.matchAll(/\]\(([^)]+)\)/g)].map(([, link = '']) => link);
}
