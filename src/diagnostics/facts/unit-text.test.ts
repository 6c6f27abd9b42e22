import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseRanges } from './host.ts';
import { parseShownUnits } from './show-units.ts';
import { readDirectives } from './units.ts';

const UNIT = `[Unit]
After=network-online.target tailscaled.service
[Service]
StartLimitBurst=3
ExecStart="/opt/my node/bin/node" /opt/clawdbot/dist/entry.js gateway --port 19000
KillMode=process
Environment="CLAWDBOT_GATEWAY_TOKEN=abc" CLAWDBOT_PROFILE=undefined
Environment=PATH=/usr/bin:bin
`;

test('a unit file is read with its secrets reduced to their names', () => {
  const directives = readDirectives(UNIT, ['abc'], (path) => path.endsWith('.js'));
  assert.deepEqual(directives.secrets, [{ name: 'CLAWDBOT_GATEWAY_TOKEN', sameAsConfig: true }]);
  assert.ok(!JSON.stringify(directives).includes('abc'));
  assert.deepEqual(directives.missing, ['/opt/my node/bin/node']);
  assert.deepEqual(directives.senseless, ['CLAWDBOT_PROFILE']);
  assert.deepEqual(directives.path, ['/usr/bin', 'bin']);
  assert.deepEqual(directives.misplacedLimits, ['StartLimitBurst']);
  assert.deepEqual(directives.after, ['network-online.target', 'tailscaled.service']);
  assert.equal(directives.port, 19_000);
  assert.equal(directives.killMode, 'process');
});

test('the output of systemctl show is one block a unit', () => {
  const units = parseShownUnits(
    'Id=a.service\nActiveState=active\nRestartUSec=5s\nStartLimitIntervalUSec=10s\nStartLimitBurst=5\n\nId=b.service\nActiveState=failed\nResult=start-limit-hit\n',
  );
  assert.deepEqual([...units.keys()], ['a.service', 'b.service']);
  assert.equal(units.get('a.service')?.restartMs, 5_000);
  assert.deepEqual(units.get('a.service')?.startLimit, { intervalMs: 10_000, burst: 5 });
  assert.equal(units.get('b.service')?.result, 'start-limit-hit');
});

test('reserved ports are read as ranges', () => {
  assert.deepEqual(parseRanges('8080,9148-9150'), [
    { low: 8080, high: 8080 },
    { low: 9148, high: 9150 },
  ]);
  assert.deepEqual(parseRanges(''), []);
});
