import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseCgroup, programName } from './starter.ts';

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

test('what Node calls MainThread is named by its script, and nothing behind an option is shown', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'clawdbot-starter-'));
  t.after(() => rmSync(directory, { recursive: true }));
  const script = join(directory, 'launcher.cjs');
  const code = `console.log('up'); setTimeout(() => {}, 60_000)`;
  writeFileSync(script, code);
  const nameOf = async (...args: string[]) => {
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] });
    t.after(() => child.kill('SIGKILL'));
    await once(child.stdout, 'data');
    return programName({ pid: child.pid ?? 0, name: 'MainThread' });
  };
  assert.equal(await nameOf(script, 'an-argument'), 'node launcher.cjs');
  assert.equal(await nameOf('-e', code), 'node');
  assert.equal(programName({ pid: process.pid, name: 'bash' }), 'bash');
});
