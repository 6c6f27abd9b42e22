import assert from 'node:assert/strict';
import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { bootHost, type Host, hostSkipReason } from './host.ts';
import { configureGateway, installCopy, PACKAGE, property } from './installed-copy.ts';
import { until } from './until.ts';

const skip = hostSkipReason() ?? false;
const SERVICE = 'clawdbot-gateway.service';
const SOCKET = 'clawdbot-gateway.socket';
const LOAD = '/opt/connect-often.ts';
let host: Host;

before(async () => {
  if (skip) return;
  host = await bootHost();
  installCopy(host);
  cpSync(join(import.meta.dirname, 'fixtures/connect-often.ts'), host.path(LOAD));
  await configureGateway(host);
  const installed = await host.alice(['clawdbot', 'gateway', 'install']);
  assert.equal(installed.status, 0, installed.stderr);
});
after(async () => host?.close());

type Count = {
  connected: number;
  answered: number;
  refused: number;
  cut: number;
  slow: number;
  longestMs: number;
};

/** Runs 8 clients while something happens to the gateway. */
async function underLoad(what: () => Promise<void>): Promise<Count> {
  const load = host.start('alice', ['node', LOAD, '18789', '8']);
  let output = '';
  load.stdout?.on('data', (chunk) => (output += String(chunk)));
  const ended = new Promise((resolve) => load.once('close', resolve));
  await until('the clients to run', () => output.includes('running'), 10_000);
  await what();
  load.stdin?.end();
  await ended;
  return JSON.parse(output.trim().split('\n').at(-1) ?? '{}');
}

async function servingPid(other: string): Promise<void> {
  await until(
    'another process to serve',
    async () => {
      const { stdout } = await host.alice(['curl', '-s', '-m', '5', 'http://127.0.0.1:18789/healthz']);
      return /"state":"serving"/.test(stdout) && !stdout.includes(`"pid":${other},`);
    },
    20_000,
  );
}

const TROUBLES: Readonly<Record<string, () => Promise<void>>> = {
  'three restarts': async () => {
    for (let round = 0; round < 3; round += 1) {
      const restarted = await host.alice(['clawdbot', 'gateway', 'restart']);
      assert.equal(restarted.status, 0, restarted.stderr);
    }
  },
  'kill -9': async () => {
    const pid = await property(host, SERVICE, 'MainPID');
    await host.signal('KILL', pid);
    await servingPid(pid);
  },
  'an upgrade in place': async () => {
    const pid = await property(host, SERVICE, 'MainPID');
    // As npm does it: the new tree is made aside, then the directories change places.
    installCopy(host, `${PACKAGE}.new`);
    await host.root(['sh', '-c', `mv ${PACKAGE} ${PACKAGE}.old && mv ${PACKAGE}.new ${PACKAGE}`]);
    const restarted = await host.alice(['clawdbot', 'gateway', 'restart']);
    assert.equal(restarted.status, 0, restarted.stderr);
    await servingPid(pid);
    await host.root(['rm', '-r', `${PACKAGE}.old`]);
  },
};

const table: string[] = [];

for (const [name, trouble] of Object.entries(TROUBLES)) {
  test(`no connection is refused by ${name} under load`, { skip }, async () => {
    const count = await underLoad(trouble);
    table.push(`${name.padEnd(20)} socket unit     ${JSON.stringify(count)}`);
    assert.ok(count.answered > 20, JSON.stringify(count));
    assert.equal(count.refused, 0, JSON.stringify(count));
    assert.equal(count.slow, 0, JSON.stringify(count));
  });
}

test('the restart that returns the port to systemd, after a take-over, refuses only between two processes', {
  skip,
}, async () => {
  await host.alice(['clawdbot', 'gateway', 'stop']);
  host.start('alice', ['clawdbot', 'gateway']);
  await servingPid('0');
  const record = await host.alice(['cat', '/home/alice/.clawdbot/gateway.holder.json']);
  const { pid: owner } = JSON.parse(record.stdout);
  assert.equal((await host.alice(['clawdbot', 'gateway', 'start'])).status, 0);
  await host.signal('KILL', owner);
  await servingPid(String(owner));
  assert.equal(await property(host, SOCKET, 'ActiveState'), 'failed');
  const count = await underLoad(async () => {
    const restarted = await host.alice(['clawdbot', 'gateway', 'restart']);
    assert.equal(restarted.status, 0, restarted.stderr);
  });
  table.push(`${'back to the socket'.padEnd(20)} own -> socket   ${JSON.stringify(count)}`);
  assert.equal(await property(host, SOCKET, 'ActiveState'), 'active');
  const after = await underLoad(async () => {
    const restarted = await host.alice(['clawdbot', 'gateway', 'restart']);
    assert.equal(restarted.status, 0, restarted.stderr);
  });
  assert.equal(after.refused, 0);
});

test('the same without a socket unit refuses connections, which is what the socket is for', {
  skip,
}, async () => {
  await host.alice(['systemctl', '--user', 'stop', SERVICE, SOCKET]);
  await host.alice(['systemctl', '--user', 'mask', '--runtime', SOCKET]);
  // A masked unit in the search path needs the file of ours out of the way.
  writeFileSync(host.path('/home/alice/.config/systemd/user/clawdbot-gateway.socket'), '');
  await host.alice(['systemctl', '--user', 'daemon-reload']);
  const started = await host.alice(['systemctl', '--user', 'start', SERVICE]);
  assert.equal(started.status, 0, started.stderr);
  let refused = 0;
  for (const [name, trouble] of Object.entries(TROUBLES)) {
    const count = await underLoad(trouble);
    table.push(`${name.padEnd(20)} own listener    ${JSON.stringify(count)}`);
    refused += count.refused;
  }
  console.log(table.join('\n'));
  assert.ok(refused > 0);
});
