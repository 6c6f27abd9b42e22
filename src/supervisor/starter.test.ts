import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseCgroup } from './starter.ts';

const user = '/user.slice/user-1000.slice/user@1000.service/app.slice';
const TABLE: readonly [text: string, starter: ReturnType<typeof parseCgroup>][] = [
  [`0::${user}/clawdbot-gateway.service`, { kind: 'unit', unit: 'clawdbot-gateway.service', scope: 'user' }],
  ['0::/system.slice/clawdbot.service', { kind: 'unit', unit: 'clawdbot.service', scope: 'system' }],
  ['0::/system.slice/my\\x2dgateway.service', { kind: 'unit', unit: 'my-gateway.service', scope: 'system' }],
  [
    '12:pids:/\n1:name=systemd:/system.slice/x.service\n0::/',
    { kind: 'unit', unit: 'x.service', scope: 'system' },
  ],
  [`0::/system.slice/docker-${'a'.repeat(64)}.scope`, { kind: 'container', id: 'a'.repeat(64) }],
  [`0::/docker/${'b'.repeat(64)}`, { kind: 'container', id: 'b'.repeat(64) }],
  [`0::${user}/app-kitty-123.scope`, undefined],
  ['0::/user.slice/user-1000.slice/session-3.scope', undefined],
  ['0::/user.slice/user-1000.slice/user@1000.service', undefined],
  ['0::/', undefined],
  ['', undefined],
];

for (const [text, starter] of TABLE) {
  test(`cgroup ${JSON.stringify(text.slice(-60))} means ${starter?.kind ?? 'nothing'}`, () => {
    assert.deepEqual(parseCgroup(text), starter);
  });
}
