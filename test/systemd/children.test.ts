import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { bootHost, type Host, hostSkipReason } from './host.ts';
import { configureGateway, installCopy, property } from './installed-copy.ts';
import { until } from './until.ts';

const skip = hostSkipReason() ?? false;
const GATEWAY = 'clawdbot-gateway.service';
const NODE = 'clawdbot-node.service';
let host: Host;
let nodeId = '';

before(async () => {
  if (skip) return;
  host = await bootHost();
  installCopy(host);
  await configureGateway(host);
  for (const kind of ['gateway', 'node']) {
    const installed = await host.alice(['clawdbot', kind, 'install']);
    assert.equal(installed.status, 0, installed.stderr);
  }
  await until(
    'the node to be connected',
    async () => (await property(host, NODE, 'StatusText')).startsWith('connected'),
    15_000,
  );
  const { nodes } = JSON.parse((await host.alice(['clawdbot', 'nodes', 'status', '--json'])).stdout);
  nodeId = nodes[0].nodeId;
  const allowed = await host.alice([
    'clawdbot',
    'approvals',
    'allowlist',
    'add',
    '--node',
    nodeId,
    '/usr/bin/sleep',
  ]);
  assert.equal(allowed.status, 0, allowed.stderr);
});
after(async () => host?.close());

/** Starts `sleep SECONDS` on the node through the gateway and waits until it runs. */
async function sleepOnNode(seconds: number) {
  const run = host.alice(['clawdbot', 'nodes', 'run', '--node', nodeId, '--', 'sleep', String(seconds)], {
    timeoutMs: 60_000,
  });
  await until(`sleep ${seconds} to run`, () => isSleeping(seconds), 10_000);
  return { run };
}

async function isSleeping(seconds: number): Promise<boolean> {
  return (await host.root(['pgrep', '-fx', `sleep ${seconds}`])).status === 0;
}

test('a restart of the gateway lets a running command finish, and its caller gets the result', {
  skip,
}, async () => {
  const { run } = await sleepOnNode(4);
  const restarted = await host.alice(['clawdbot', 'gateway', 'restart']);
  assert.equal(restarted.status, 0, restarted.stderr);
  const ran = await run;
  assert.equal(ran.status, 0, ran.stderr);
  assert.ok(!(await isSleeping(4)));
});

test('commands of a node do not outlive it: not a stop, and not a kill -9 of its main process', {
  skip,
}, async () => {
  const stopped = await sleepOnNode(101);
  assert.equal((await host.alice(['clawdbot', 'node', 'stop'])).status, 0);
  assert.ok(!(await isSleeping(101)));
  await stopped.run;
  assert.equal((await host.alice(['clawdbot', 'node', 'start'])).status, 0);
  await until(
    'the node to be connected again',
    async () => (await property(host, NODE, 'StatusText')).startsWith('connected'),
    15_000,
  );

  const killed = await sleepOnNode(102);
  await host.signal('KILL', await property(host, NODE, 'MainPID'));
  await until('the command to be gone', async () => !(await isSleeping(102)), 10_000);
  await killed.run;
  await until(
    'the node to be restarted',
    async () => (await property(host, NODE, 'NRestarts')) === '1',
    10_000,
  );
});

test('the sockets of systemd are close-on-exec in the gateway, so no child of it keeps the port', {
  skip,
}, async () => {
  const pid = await property(host, GATEWAY, 'MainPID');
  for (const fd of [3, 4]) {
    const info = (await host.root(['cat', `/proc/${pid}/fdinfo/${fd}`])).stdout;
    const flags = Number.parseInt(/^flags:\s*(\d+)$/m.exec(info)?.[1] ?? '0', 8);
    // O_CLOEXEC of the kernel's asm-generic/fcntl.h
    assert.ok((flags & 0o2000000) !== 0, info);
  }
});

test('the child that runs out of memory is not the end of the service, as far as the units decide', {
  skip,
}, async () => {
  // This container has no memory controller (the machine mounts it as cgroup v1), so only what is set can be shown.
  for (const unit of [GATEWAY, NODE]) assert.equal(await property(host, unit, 'OOMPolicy'), 'continue');
  assert.equal(await property(host, GATEWAY, 'MemoryMax'), String(1024 ** 3));
});
