import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { bootHost, type Host, hostSkipReason } from './host.ts';
import { configureGateway, installCopy, property } from './installed-copy.ts';
import { limitMemory, memoryGroupSkipReason } from './limit-memory.ts';
import { until } from './until.ts';

const skip = hostSkipReason() ?? false;
const GATEWAY = 'clawdbot-gateway.service';
const NODE = 'clawdbot-node.service';
let host: Host;
let nodeId = '';
let restarts = '';

before(async () => {
  if (skip) return;
  host = await bootHost();
  installCopy(host);
  await configureGateway(host);
  for (const kind of ['gateway', 'node']) {
    const installed = await host.alice(['clawdbot', kind, 'install']);
    assert.equal(installed.status, 0, installed.stderr);
  }
  await until('the node to be connected', async () =>
    (await property(host, NODE, 'StatusText')).startsWith('connected'),
  );
  const { nodes } = JSON.parse((await host.alice(['clawdbot', 'nodes', 'status', '--json'])).stdout);
  nodeId = nodes[0].nodeId;
  for (const program of ['/usr/bin/sleep', '/usr/bin/tail']) {
    const allow = ['clawdbot', 'approvals', 'allowlist', 'add', '--node', nodeId, program];
    const allowed = await host.alice(allow);
    assert.equal(allowed.status, 0, allowed.stderr);
  }
});
after(async () => host?.close());

/** Starts `sleep SECONDS` on the node through the gateway and waits until it runs. */
async function sleepOnNode(seconds: number) {
  // After a restart of the gateway the node needs a moment to come back.
  await until('the node to be connected to the gateway', isConnected);
  const run = host.alice(['clawdbot', 'nodes', 'run', '--node', nodeId, '--', 'sleep', String(seconds)], {
    timeoutMs: 60_000,
  });
  await until(`sleep ${seconds} to run`, () => isSleeping(seconds));
  return { run };
}

async function isConnected(): Promise<boolean> {
  const { status, stdout } = await host.alice(['clawdbot', 'nodes', 'status', '--json']);
  return status === 0 && JSON.parse(stdout).nodes[0].connected === true;
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
  await until('the node to be connected again', async () =>
    (await property(host, NODE, 'StatusText')).startsWith('connected'),
  );

  const killed = await sleepOnNode(102);
  await host.signal('KILL', await property(host, NODE, 'MainPID'));
  await until('the command to be gone', async () => !(await isSleeping(102)));
  await killed.run;
  await until('the node to be restarted', async () => (await property(host, NODE, 'NRestarts')) === '1');
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

test('the units say that a child that runs out of memory is not the end of the service', {
  skip,
}, async () => {
  for (const unit of [GATEWAY, NODE]) assert.equal(await property(host, unit, 'OOMPolicy'), 'continue');
  assert.equal(await property(host, GATEWAY, 'MemoryMax'), String(1024 ** 3));
});

/** `tail` keeps the last line, and /dev/zero has no end of one. */
async function runOutOfMemory(): Promise<void> {
  const main = await property(host, NODE, 'MainPID');
  const ran = await host.alice(['clawdbot', 'nodes', 'run', '--node', nodeId, '--', 'tail', '/dev/zero'], {
    timeoutMs: 60_000,
  });
  assert.equal(ran.status, 137, ran.stderr);
  assert.match(ran.stderr, /ended by SIGKILL: the kernel ended .* for want of memory/);
  assert.equal(await property(host, NODE, 'MainPID'), main);
  assert.equal(await property(host, NODE, 'NRestarts'), restarts);
  const next = await host.alice(['clawdbot', 'nodes', 'run', '--node', nodeId, '--', 'sleep', '0']);
  assert.equal(next.status, 0, next.stderr);
}

test('a command that runs out of memory is killed by the kernel and said to be; the node goes on', {
  skip: skip || memoryGroupSkipReason(),
}, async () => {
  restarts = await property(host, NODE, 'NRestarts');
  const group = await limitMemory(host, await property(host, NODE, 'MainPID'), 300 * 1024 ** 2);
  try {
    await runOutOfMemory();
  } finally {
    group.remove();
  }
});

test('the same under MemoryMax= of the unit, where systemd itself sees the kill', {
  skip,
}, async (context) => {
  const controllers = (await host.root(['cat', '/sys/fs/cgroup/cgroup.controllers'])).stdout;
  if (!controllers.split(/\s+/).includes('memory')) {
    context.skip(
      `the host in the container has no memory controller (it has: ${controllers.trim() || 'none'}): this machine mounts it as cgroup v1, and a controller is in one hierarchy only`,
    );
    return;
  }
  restarts = await property(host, NODE, 'NRestarts');
  await host.alice(['systemctl', '--user', 'set-property', '--runtime', NODE, 'MemoryMax=300M']);
  await runOutOfMemory();
  assert.equal(await property(host, NODE, 'Result'), 'success');
});
