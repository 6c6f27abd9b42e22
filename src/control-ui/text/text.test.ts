import assert from 'node:assert/strict';
import { test } from 'node:test';
import { en, type TextKey } from './en.ts';
import { preferredLanguage } from './translate.ts';
import { zh } from './zh.ts';

test('both languages fill in the same values', () => {
  const names = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();
  for (const key of Object.keys(en) as TextKey[]) assert.deepEqual(names(zh[key]), names(en[key]), key);
});

test('any Chinese preference means Chinese, everything else English', () => {
  for (const tag of ['zh', 'zh-CN', 'zh-Hant-TW']) assert.equal(preferredLanguage([tag, 'en']), 'zh');
  for (const tags of [['en-GB', 'zh'], ['de'], []]) assert.equal(preferredLanguage(tags), 'en');
});
