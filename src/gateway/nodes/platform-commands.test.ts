import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isCommandAllowed } from './platform-commands.ts';

const none = { allowCommands: [], denyCommands: [] };
const cases: [string, string, string | undefined, boolean][] = [
  ['system.run', 'linux', undefined, true],
  ['system.run', 'linux 6.8.0', undefined, true],
  ['camera.snap', 'linux', undefined, false],
  ['system.run', 'win32', undefined, true],
  ['camera.snap', 'darwin', undefined, true],
  ['system.run', 'ios 18', undefined, false],
  ['location.get', 'Android', undefined, true],
  ['camera.snap', 'x', 'Linux', false],
  ['anything.else', 'plan9', undefined, true],
];

for (const [command, platform, deviceFamily, allowed] of cases) {
  test(`${command} on ${platform}/${deviceFamily}: ${allowed}`, () => {
    assert.equal(isCommandAllowed(command, { platform, deviceFamily }, none), allowed);
  });
}

test('configured commands are added, and a refusal wins over everything', () => {
  const node = { platform: 'linux' };
  assert.ok(isCommandAllowed('camera.snap', node, { allowCommands: ['camera.snap'], denyCommands: [] }));
  const both = { allowCommands: ['system.run'], denyCommands: ['system.run'] };
  assert.ok(!isCommandAllowed('system.run', node, both));
});
