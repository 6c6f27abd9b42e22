import assert from 'node:assert/strict';
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { freePort } from '../free-port.ts';
import { privateHome, start } from './driver.ts';
import { startUp } from './up-driver.ts';

test('supervisor status shows services, a killed gateway comes back, and its death is told', async (t) => {
  const up = await startUp(t);
  const status = async () => JSON.parse((await up.run(['supervisor', 'status', '--json'])).stdout);
  const gatewayOf = (report: { services: { name: string; state: { name: string; pid: number } }[] }) =>
    report.services.find(({ name }) => name === 'gateway')?.state;
  const before = gatewayOf(await status());
  assert.equal(before?.name, 'ready');
  process.kill(before?.pid ?? 0, 'SIGKILL');
  await up.running.until(/gateway: up again/);
  const after = gatewayOf(await status());
  assert.equal(after?.name, 'ready');
  assert.notEqual(after?.pid, before?.pid);
  const text = await up.run(['supervisor', 'status']);
  assert.equal(text.status, 0);
  assert.match(text.stdout, /gateway: signal SIGKILL/);
  assert.match((await up.run(['supervisor', 'clear', 'gateway'])).stdout, /Cleared gateway/);
  assert.equal((await up.run(['supervisor', 'clear', 'moon'])).status, 1);
});

test('what the doctor finds stands in the status of the supervisor', async (t) => {
  const up = await startUp(t);
  chmodSync(join(up.home, '.clawdbot', 'clawdbot.json'), 0o644);
  await up.running.until(/doctor: \w+ config\/modes: /);
  const { finding } = JSON.parse((await up.run(['supervisor', 'status', '--json'])).stdout);
  assert.equal(finding.id, 'config/modes');
  assert.match(
    (await up.run(['supervisor', 'status'])).stdout,
    /^Doctor: \w+ config\/modes: .*clawdbot\.json/m,
  );
});

test('supervisor stop ends everything; then status says so with 3', async (t) => {
  const up = await startUp(t);
  const refused = await up.run(['gateway', 'stop']);
  assert.equal(refused.status, 78);
  assert.match(refused.stderr, /supervisor stop/);
  const stop = await up.run(['supervisor', 'stop']);
  assert.equal(stop.status, 0, stop.stderr);
  assert.equal((await up.running.ended).status, 0);
  const status = await up.run(['supervisor', 'status']);
  assert.equal(status.status, 3);
  assert.match(status.stdout, /not running/);
});

test('a gateway started by hand is handed over, and stopped', async (t) => {
  const home = privateHome(t);
  const port = String(await freePort());
  const env = { CLAWDBOT_GATEWAY_TOKEN: 'token-for-this-test' };
  const args = ['--allow-unconfigured', '--port', port];
  const first = start(t, ['gateway', 'run', ...args], { home, env });
  await first.until(/serving on/);
  const second = start(t, ['gateway', 'takeover', ...args], { home, env });
  await second.until(/serving on/);
  assert.equal((await first.ended).status, 0, first.output.stderr);
  const stop = start(t, ['gateway', 'stop'], { home, env: { ...env, CLAWDBOT_GATEWAY_PORT: port } });
  const stopped = await stop.ended;
  assert.equal(stopped.status, 0, stopped.stderr);
  assert.match(stopped.stdout, /Stopped the gateway \(pid \d+, asked\)/);
  assert.equal((await second.ended).status, 0);
});
