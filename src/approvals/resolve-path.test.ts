import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HostFacts } from './host-facts.ts';
import { resolvePath } from './resolve-path.ts';
import { VirtualFiles } from './virtual-files.ts';

const HOST: HostFacts = {
  platform: 'linux',
  uid: 1000,
  gid: 1000,
  home: '/h',
  searchPath: [],
  cwd: '/',
  shell: '/bin/sh',
  environment: {},
};

function world(): VirtualFiles {
  const files = new VirtualFiles();
  for (const path of ['/usr', '/usr/bin', '/a', '/a/b', '/x', '/x/y']) files.directory(path);
  files.file('/usr/bin/tool', 'x', 0o755);
  files.file('/x/tool', 'x', 0o755);
  files.link('/bin', 'usr/bin');
  files.link('/a/link', '/x/y');
  files.link('/a/loop', 'loop');
  files.link('/a/gone', 'nowhere');
  files.link('/a/up', '../x');
  return files;
}

for (const [path, real] of [
  ['/bin/tool', '/usr/bin/tool'],
  ['/usr//bin/./tool', '/usr/bin/tool'],
  ['/usr/bin/../../x/tool', '/x/tool'],
  ['/a/link/../tool', '/x/tool'],
  ['/a/up/tool', '/x/tool'],
  ['/..', '/'],
  ['/a/', '/a'],
  ['/a/loop', undefined],
  ['/a/gone', undefined],
  ['/usr/bin/tool/', undefined],
  ['/usr/bin/tool/x', undefined],
  ['/usr/bin/tool/..', undefined],
  ['/nowhere/../a', undefined],
  ['relative', undefined],
] as const) {
  test(`${path} leads to ${real ?? 'nothing'}`, () => {
    assert.equal(resolvePath(path, world(), HOST)?.real, real);
  });
}

test('what another account could change is loose, what only root can is fixed', () => {
  const files = world();
  assert.equal(resolvePath('/bin/tool', files, HOST)?.fixed, true);
  assert.equal(resolvePath('/x/tool', files, { ...HOST, uid: 0 })?.fixed, false);
  files.link('/a/tool', '/usr/bin/tool');
  assert.equal(resolvePath('/a/tool', files, { ...HOST, uid: 0 })?.fixed, false);
  assert.equal(resolvePath('/usr/bin/tool', files, { ...HOST, uid: 0 })?.fixed, true);
  files.directory('/x', 0o777);
  assert.match(resolvePath('/x/tool', files, HOST)?.looseness ?? '', /^\/x is writable by everybody/);
  files.directory('/x', 0o1777);
  assert.equal(resolvePath('/x/tool', files, HOST)?.looseness, undefined);
  files.file('/x/tool', 'x', 0o757);
  assert.match(resolvePath('/x/tool', files, HOST)?.looseness ?? '', /tool is writable/);
  assert.match(
    resolvePath('/bin/tool', new VirtualFiles({ base: files, owner: 7 }), HOST)?.real ?? '',
    /tool/,
  );
  const foreign = new VirtualFiles({ owner: 7 });
  foreign.file('/f', 'x', 0o755);
  assert.match(resolvePath('/f', foreign, HOST)?.looseness ?? '', /another account/);
});
