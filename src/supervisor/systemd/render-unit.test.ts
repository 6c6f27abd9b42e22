import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plainText } from './escape.ts';
import { renderUnit } from './render-unit.ts';

const target = { scope: 'system', systemdVersion: 252 } as const;

test('fills in values', () => {
  assert.equal(renderUnit('A={{a}} {{b}}\n', { a: plainText('1'), b: plainText('2') }, target), 'A=1 2\n');
});

test('repeats a line for each entry of a list and drops it for none', () => {
  const values = { a: [plainText('1'), plainText('2')], none: [] };
  assert.equal(renderUnit('A={{a}}\nB={{none}}\nC=3', values, target), 'A=1\nA=2\nC=3');
});

test('keeps a line marked with a scope only there', () => {
  assert.equal(renderUnit('@user A=1\n@system B=2', {}, target), 'B=2');
});

test('keeps a line marked with a version from that version on', () => {
  const template = '@254 A=1\n@252 B=2\n@system @250 C=3';
  assert.equal(renderUnit(template, {}, target), 'B=2\nC=3');
  assert.equal(renderUnit(template, {}, { scope: 'user', systemdVersion: 256 }), 'A=1\nB=2');
});

test('does not fill what a value happens to contain', () => {
  assert.equal(renderUnit('A={{a}}', { a: plainText('{{b}} $& %n') }, target), 'A={{b}} $& %%n');
});

test('names a value that is missing', () => {
  assert.throws(() => renderUnit('A={{nope}}', {}, target), /no value for nope/);
});
