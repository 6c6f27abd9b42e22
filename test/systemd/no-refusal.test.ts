import assert from 'node:assert/strict';
import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { bootHost, type Host, hostSkipReason } from './host.ts';
import { configureGateway, installCopy, PACKAGE, property } from './installed-copy.ts';
import { type Count, underLoad } from './under-load.ts';
import { until } from './until.ts';

const skip = hostSkipReason() ?? false;
const SERVICE = 'clawdbot-gateway.service';
const SOCKET = 'clawdbot-gateway.socket';
const LOAD = '/opt/connect-often.ts';
/** Forbids the descriptor store, from the test that writes it on. */
const DROP_IN = '/home/alice/.config/systemd/user/clawdbot-gateway.service.d';
const RECORD = '/home/alice/.clawdbot/gateway.holder.json';
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

/** Runs 8 clients while something happens to the gateway. */
async function underEight(what: () => Promise<void>): Promise<Count> {
  return (await underLoad(host.start('alice', ['node', LOAD, '18789', '8']), what)).count;
}

async function servingPid(other: string): Promise<void> {
  await until('another process to serve', async () => {
    const { stdout } = await host.alice(['curl', '-s', '-m', '5', 'http://127.0.0.1:18789/healthz']);
    return /"state":"serving"/.test(stdout) && !stdout.includes(`"pid":${other},`);
  });
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
    const count = await underEight(trouble);
    table.push(`${name.padEnd(20)} socket unit     ${JSON.stringify(count)}`);
    assert.ok(count.answered > 20, JSON.stringify(count));
    assert.equal(count.refused, 0, JSON.stringify(count));
    assert.equal(count.slow, 0, JSON.stringify(count));
  });
}

/** A gateway started by hand holds the port when the units start, and is killed: the service serves. */
async function takeOver(): Promise<void> {
  await host.alice(['clawdbot', 'gateway', 'stop']);
  host.start('alice', ['clawdbot', 'gateway']);
  await servingPid('0');
  const record = await host.alice(['cat', RECORD]);
  const { pid: owner } = JSON.parse(record.stdout);
  assert.equal((await host.alice(['clawdbot', 'gateway', 'start'])).status, 0);
  await host.signal('KILL', owner);
  await servingPid(String(owner));
  assert.equal(await property(host, SOCKET, 'ActiveState'), 'failed');
}

async function portHolder(): Promise<string> {
  const status = await host.alice(['clawdbot', 'gateway', 'status', '--json']);
  return JSON.parse(status.stdout).service.status.portHolder;
}

test('after a take-over systemd keeps the sockets of the service, and no connection is refused either; stop and start return the port to the socket unit', {
  skip,
}, async () => {
  await takeOver();
  await until('systemd to keep the sockets', async () => (await portHolder()) === 'descriptor-store');
  for (const [name, trouble] of Object.entries(TROUBLES)) {
    const count = await underEight(trouble);
    table.push(`${name.padEnd(20)} kept sockets    ${JSON.stringify(count)}`);
    assert.ok(count.answered > 20, JSON.stringify(count));
    assert.equal(count.refused, 0, JSON.stringify(count));
    assert.equal(count.slow, 0, JSON.stringify(count));
    assert.equal(await portHolder(), 'descriptor-store');
  }
  assert.equal((await host.alice(['clawdbot', 'gateway', 'stop'])).status, 0);
  assert.equal((await host.alice(['clawdbot', 'gateway', 'start'])).status, 0);
  assert.equal(await portHolder(), 'socket-unit');
});

test('a hand-over by request takes the port from the store, too, and refuses no connection', {
  skip,
}, async () => {
  await takeOver();
  await until('systemd to keep the sockets', async () => (await portHolder()) === 'descriptor-store');
  const pid = await property(host, SERVICE, 'MainPID');
  let heir: ReturnType<Host['start']> | undefined;
  const count = await underEight(async () => {
    heir = host.start('alice', ['clawdbot', 'gateway', 'takeover']);
    await servingPid(pid);
  });
  table.push(`${'takeover'.padEnd(20)} passed on       ${JSON.stringify(count)}`);
  assert.deepEqual([count.refused, count.cut, count.slow], [0, 0, 0], JSON.stringify(count));
  assert.match((await host.alice(['clawdbot', 'gateway', 'status'])).stdout, /held by pid \d+/);
  heir?.stdin?.end();
  await host.signal('KILL', JSON.parse((await host.alice(['cat', RECORD])).stdout).pid);
});

test('the same where systemd may keep no sockets: the first restart after a take-over refuses for a moment, and returns the port', {
  skip,
}, async () => {
  await host.alice(['mkdir', '-p', DROP_IN]);
  writeFileSync(host.path(`${DROP_IN}/no-store.conf`), '[Service]\nFileDescriptorStoreMax=0\n');
  await host.alice(['systemctl', '--user', 'daemon-reload']);
  await takeOver();
  assert.equal(await portHolder(), 'service');
  const count = await underEight(async () => {
    const restarted = await host.alice(['clawdbot', 'gateway', 'restart']);
    assert.equal(restarted.status, 0, restarted.stderr);
  });
  table.push(`${'one restart'.padEnd(20)} nothing kept    ${JSON.stringify(count)}`);
  assert.equal(await portHolder(), 'socket-unit');
});

test('the same without a socket unit and without a store refuses connections, which is what they are for', {
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
    const count = await underEight(trouble);
    table.push(`${name.padEnd(20)} own listener    ${JSON.stringify(count)}`);
    refused += count.refused;
  }
  console.log(table.join('\n'));
  assert.ok(refused > 0);
});
