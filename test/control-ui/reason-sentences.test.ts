import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { REASONS, zhReasons } from '../../src/control-ui/text/zh-approvals/book.ts';
import { isProse, literalsOf } from './literals-of-source.ts';

const ROOT = join(import.meta.dirname, '..', '..', 'src', 'approvals');
/** Of the folder itself, what makes the reason of a decision; the others speak of files, records and plans. */
const DECIDING = [
  'decide.ts',
  'environment.ts',
  'examine-program.ts',
  'examine-shell.ts',
  'plan-request.ts',
  'resolve-path.ts',
  'resolve-program.ts',
];
/** These files hold rows of names only. */
const TABLES = ['git-config.ts', 'option-tables.ts', 'program-kinds.ts', 'render-shell.ts'];
const FILES = [
  ...DECIDING,
  ...['programs', 'shell'].flatMap((folder) =>
    readdirSync(join(ROOT, folder))
      .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts') && !TABLES.includes(name))
      .map((name) => join(folder, name)),
  ),
];
const read = (name: string) => [...literalsOf(readFileSync(join(ROOT, name), 'utf8'))];
const keys = new Set(Object.keys(REASONS).map((key) => key.replace(/\{\d\}/g, '{}')));

test('every reason of a decision is there in Chinese', () => {
  const said = FILES.flatMap(read).filter((text) => isProse(text) && isReason(text));
  assert.ok(said.length > 100, 'the sources are read');
  assert.deepEqual(
    said.filter((text) => !keys.has(text)),
    [],
    'add these to src/control-ui/text/zh-approvals',
  );
});

test('no reason is kept in Chinese that nobody gives any more, and both fill in the same values', () => {
  const said = new Set([...FILES, 'effective-settings.ts', 'suggest-entries.ts'].flatMap(read));
  assert.deepEqual(
    [...keys].filter((key) => !said.has(key)),
    [],
  );
  const values = (text: string) => [...text.matchAll(/\{\d\}/g)].map(([value]) => value).sort();
  for (const [english, other] of Object.entries(REASONS))
    assert.deepEqual(values(other), values(english), english);
});

test('a reason made of others is Chinese in all its parts, names stay as they are', () => {
  for (const [english, chinese] of [
    ['/usr/bin/id: no entry covers it', '/usr/bin/id：没有条目涵盖它'],
    ['nginx is not in the search path of the host', 'nginx 不在该主机的搜索路径中'],
    ['git log: the repository has submodules', 'git log：仓库含有子模块'],
    ['line 1, column 5: a single quote is not closed', '第 1 行第 5 列：单引号没有闭合'],
    [
      'nobody is there to be asked; the request sets A in the environment; id: no entry covers it',
      '没有人可以询问；请求在环境中设置了 A；id：没有条目涵盖它',
    ],
    ['what nobody says', 'what nobody says'],
  ] as const)
    assert.equal(zhReasons(english), chinese);
});

/** Rows of names stand among the sentences; only these have small words of their own. */
function isReason(text: string): boolean {
  return /(^|\s)(an?|the|is|are|not?|it|this|only|every|something|with)\s/.test(text);
}
