import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSentenceBook } from './sentence-book.ts';

const book = createSentenceBook({
  'There is no config': '没有配置文件',
  '{1} has mode {2}, it should have {3}': '{1} 的权限是 {2}，应为 {3}',
  '{1} has mode {2}': '{1} 的权限是 {2}',
  'The record names a process that {1}.': '记录中的进程{1}。',
  'is gone': '已不存在',
  'pid {1} waits{2}.': '进程 {1} 在等待{2}。',
  '; last error: {1}': '；最近的错误：{1}',
  'Write there:\n{1}': '在其中写入：\n{1}',
  '{1} is {2}': '{1} is {2}',
});

for (const [what, english, other] of [
  ['a sentence without values', 'There is no config', '没有配置文件'],
  ['values', '/a b has mode 0644, it should have 0600', '/a b 的权限是 0644，应为 0600'],
  ['each line on its own', 'x has mode 1\ny has mode 2', 'x 的权限是 1\ny 的权限是 2'],
  ['a sentence inside of another', 'The record names a process that is gone.', '记录中的进程已不存在。'],
  ['an end inside of a value', 'pid 7 waits; last error: refused.', '进程 7 在等待；最近的错误：refused。'],
  ['an end after something unknown', 'no idea; last error: refused', 'no idea；最近的错误：refused'],
  ['several lines as one value', 'Write there:\n[Unit]\nA=1', '在其中写入：\n[Unit]\nA=1'],
  ['what nobody translated', 'This is new.', 'This is new.'],
] as const) {
  test(`translates ${what}`, () => assert.equal(book(english), other));
}
