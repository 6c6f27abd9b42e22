import assert from 'node:assert/strict';
import { test } from 'node:test';
import { maskSecrets, planChange } from './plan-changes.ts';
import { NOTICE } from './service-units.ts';

const generated = `# ${NOTICE}\n[Service]\nExecStart=/b\n`;
const path = '/etc/systemd/system/x.service';

test('a file that is not there is created', () => {
  const change = planChange({ path, generated, remembered: undefined, present: undefined });
  assert.deepEqual([change.change, change.text], ['create', generated]);
});

test('a file that holds what would be generated is unchanged', () => {
  assert.equal(
    planChange({ path, generated, remembered: generated, present: generated }).change,
    'unchanged',
  );
});

test('a file with hand edits only is unchanged, and the edits are named', () => {
  const present = generated.replace('/b', '/mine');
  const change = planChange({ path, generated, remembered: generated, present });
  assert.deepEqual([change.change, change.kept, change.text], ['unchanged', ['Service.ExecStart'], present]);
});

test('our file of a forgotten install is replaced, a file of somebody else is foreign', () => {
  const present = generated.replace('/b', '/a');
  assert.equal(planChange({ path, generated, remembered: undefined, present }).change, 'update');
  const foreign = planChange({
    path,
    generated,
    remembered: undefined,
    present: '[Service]\nExecStart=/c\n',
  });
  assert.equal(foreign.change, 'foreign');
});

for (const [unit, masked] of [
  ['Environment="CLAWDBOT_GATEWAY_TOKEN=abc"', 'Environment="CLAWDBOT_GATEWAY_TOKEN=(hidden)"'],
  ['Environment=A=1 DB_PASSWORD=x B=2', 'Environment=A=1 DB_PASSWORD=(hidden) B=2'],
  ["Environment='OPENAI_API_KEY=sk 1'", "Environment='OPENAI_API_KEY=(hidden)'"],
  ['Environment="A_SECRET=a \\" b" C=1', 'Environment="A_SECRET=(hidden)" C=1'],
  ['ExecStart=/x gateway --token abc --port 1', 'ExecStart=/x gateway --token (hidden) --port 1'],
  ['ExecStart=/x "--password" "abc"', 'ExecStart=/x "--password" "(hidden)"'],
  ['Environment=PATH=/usr/bin', 'Environment=PATH=/usr/bin'],
] as const) {
  test(`masks ${unit}`, () => {
    assert.equal(maskSecrets(unit), masked);
  });
}
