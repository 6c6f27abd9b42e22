import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nameSlug, resolveNode } from './resolve-node.ts';

const web = { nodeId: 'aaaaaaaaaaaa1111', displayName: 'Web Server', remoteIp: '100.64.0.7' };
const mail = { nodeId: 'aaaaaaaaaaaa2222', displayName: 'mail' };
const twin = { nodeId: 'bbbbbbbbbbbb3333', displayName: 'Mail!' };

test('finds a node by id, IP, name and prefix', () => {
  for (const query of ['aaaaaaaaaaaa1111', '100.64.0.7', 'web-server', 'WEB server', 'aaaaaaaaaaaa1'])
    assert.deepEqual(resolveNode(query, [web, mail]), { kind: 'found', node: web }, query);
});

test('takes no prefix below six characters and names what is known', () => {
  assert.deepEqual(resolveNode('aaaaa', [web]), { kind: 'unknown', known: ['Web Server'] });
  assert.deepEqual(resolveNode('', [web]), { kind: 'unknown', known: ['Web Server'] });
});

test('refuses to guess between two', () => {
  assert.deepEqual(resolveNode('aaaaaaaa', [web, mail]), {
    kind: 'ambiguous',
    matches: ['Web Server (aaaaaaaaaaaa)', 'mail (aaaaaaaaaaaa)'],
  });
  assert.equal(resolveNode('mail', [mail, twin]).kind, 'ambiguous');
});

test('a name without letters matches nothing by its empty slug', () => {
  assert.equal(nameSlug('!!!'), '');
  assert.equal(resolveNode('???', [{ nodeId: 'x', displayName: '!!!' }]).kind, 'unknown');
});
