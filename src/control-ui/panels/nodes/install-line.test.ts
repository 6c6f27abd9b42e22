import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addressOf, isReachableElsewhere, nodeInstallLine } from './install-line.ts';

test('names host, port and TLS of the address the page came from, and quotes the name', () => {
  const tailnet = addressOf(new URL('https://box.tail1234.ts.net:18789/'));
  assert.equal(
    nodeInstallLine(tailnet, "kitchen pi's"),
    "clawdbot node install --host box.tail1234.ts.net --port 18789 --tls --display-name 'kitchen pi'\\''s'",
  );
  assert.equal(
    nodeInstallLine(addressOf(new URL('http://10.0.0.7/')), ' '),
    'clawdbot node install --host 10.0.0.7 --port 80',
  );
});

test('loopback means another machine to another machine', () => {
  assert.deepEqual(['localhost', '127.0.0.1', '127.9.9.9', '[::1]', 'box.ts.net'].map(isReachableElsewhere), [
    false,
    false,
    false,
    false,
    true,
  ]);
});
