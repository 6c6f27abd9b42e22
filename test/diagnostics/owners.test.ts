import assert from 'node:assert/strict';
import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import type { DoctorRepair, ServiceStatusView } from '../../src/protocol/index.ts';
import { bootHost, type Host, hostSkipReason } from '../systemd/host.ts';
import { configureGateway, installCopy, property } from '../systemd/installed-copy.ts';
import { underLoad } from '../systemd/under-load.ts';
import { until } from '../systemd/until.ts';

const skip = hostSkipReason() ?? false;
const SERVICE = 'clawdbot-gateway.service';
const LOAD = '/opt/connect-often.ts';
let host: Host;
const rows: string[] = [];

before(async () => {
  if (skip) return;
  host = await bootHost();
  installCopy(host);
  cpSync(join(import.meta.dirname, '../systemd/fixtures/connect-often.ts'), host.path(LOAD));
});
after(async () => {
  await host?.close();
  console.log(rows.join('\n'));
});
beforeEach(async () => {
  if (skip) return;
  await host.alice(['clawdbot', 'gateway', 'stop']);
  await host.alice(['clawdbot', 'gateway', 'uninstall']);
  await host.alice(['rm', '-f', '/home/alice/.clawdbot/doctor-repairs.json']);
  await configureGateway(host);
});

async function answeringPid(): Promise<number | undefined> {
  const { stdout } = await host.alice(['curl', '-s', '-m', '20', 'http://127.0.0.1:18789/healthz']);
  const pid = /"pid":(\d+)/.exec(stdout)?.[1];
  return pid === undefined ? undefined : Number(pid);
}

async function startByHand(): Promise<number> {
  host.start('alice', ['clawdbot', 'gateway']);
  await until('the gateway started by hand', async () => (await answeringPid()) !== undefined);
  return (await answeringPid()) ?? 0;
}

async function doctor(...args: string[]) {
  const ended = await host.alice(['clawdbot', 'doctor', '--json', ...args], { timeoutMs: 60_000 });
  return JSON.parse(ended.stdout);
}

const service = (): Promise<ServiceStatusView> => doctor('--service');

/** One listener process (the manager keeps sockets of its services, too), one unit, no restart by systemd. */
async function assertOneOwner(pid: number): Promise<void> {
  // A listener that could not be read in time has no holders.
  await until('the listeners to be seen', async () => holdersOf((await service()).listeners).length > 0);
  const { owner, listeners, units, standbys } = await service();
  assert.equal(owner?.pid, pid);
  assert.deepEqual(holdersOf(listeners), [pid]);
  assert.deepEqual(standbys, []);
  assert.deepEqual(
    units.map(({ unit, restarts }) => [unit, restarts]),
    [[SERVICE, 0]],
  );
}

function holdersOf(listeners: ServiceStatusView['listeners']): number[] {
  const others = listeners.flatMap(({ holders }) => holders.filter(({ name }) => name !== 'systemd'));
  return [...new Set(others.map(({ pid }) => pid))];
}

/** Eight clients that connect again and again while something happens. */
const underEight = <T>(what: () => Promise<T>) =>
  underLoad(host.start('alice', ['node', LOAD, '18789', '8']), what);

test('two owners become one, keeping the service: it takes over from the process started by hand', {
  skip,
}, async () => {
  const byHand = await startByHand();
  assert.equal((await host.alice(['clawdbot', 'gateway', 'install'])).status, 0);
  const before = await doctor();
  const finding = before.findings.find(({ id }: { id: string }) => id === 'owner/waiting');
  assert.equal(finding?.severity, 'advice', JSON.stringify(before.findings, null, 1));
  assert.ok(finding.text.includes(`pid ${byHand}`));

  const { value: repair, count } = await underEight<DoctorRepair>(() =>
    doctor('--fix', 'owner/waiting', '--yes'),
  );
  rows.push(`hand-over to the service, 8 clients: ${JSON.stringify(count)}`);
  assert.deepEqual(
    repair.did.map(({ step, result }) => [step.kind, result.kind]),
    [['hand-over', 'done']],
  );
  assert.deepEqual(repair.stillThere, []);
  const unitPid = Number(await property(host, SERVICE, 'MainPID'));
  assert.notEqual(unitPid, byHand);
  assert.equal(await answeringPid(), unitPid);
  await assertOneOwner(unitPid);
  assert.equal(count.refused + count.cut, 0, JSON.stringify(count));
  assert.ok(count.answered > 20, JSON.stringify(count));
});

test('two owners become one, keeping the process; taken back, the service waits again', {
  skip,
}, async () => {
  const byHand = await startByHand();
  assert.equal((await host.alice(['clawdbot', 'gateway', 'install'])).status, 0);
  const { value: repair, count } = await underEight<DoctorRepair>(() =>
    doctor('--fix', 'owner/waiting', '--keep', 'process', '--yes'),
  );
  rows.push(`the process is kept, 8 clients: ${JSON.stringify(count)}`);
  assert.equal(count.refused + count.cut, 0, JSON.stringify(count));
  assert.deepEqual(
    repair.did.map(({ result }) => result.kind),
    ['done'],
  );
  assert.equal(await property(host, SERVICE, 'ActiveState'), 'inactive');
  assert.equal(await property(host, SERVICE, 'UnitFileState'), 'disabled');
  await assertOneOwner(byHand);

  const undone = await doctor('--undo');
  assert.deepEqual(
    undone.undone.map(({ result }: { result: { kind: string } }) => result.kind),
    ['done'],
  );
  await until('the service to wait again', async () => (await service()).standbys.length === 1);
  assert.equal(await property(host, SERVICE, 'UnitFileState'), 'enabled');
  assert.equal(await answeringPid(), byHand);
});

test('a service that is stopped is started first, and the hand-over follows', { skip }, async () => {
  assert.equal((await host.alice(['clawdbot', 'gateway', 'install'])).status, 0);
  await host.alice(['systemctl', '--user', 'stop', SERVICE, 'clawdbot-gateway.socket']);
  await startByHand();
  const repair: DoctorRepair = await doctor('--fix', 'storm/detached', '--yes');
  assert.deepEqual(
    repair.did.map(({ step, result }) => [step.kind, result.kind]),
    [
      ['unit', 'done'],
      ['hand-over', 'done'],
    ],
    JSON.stringify(repair.did),
  );
  await assertOneOwner(Number(await property(host, SERVICE, 'MainPID')));
});

test('a repair that is killed in the middle leaves one gateway that serves, and is repeated', {
  skip,
}, async () => {
  await startByHand();
  assert.equal((await host.alice(['clawdbot', 'gateway', 'install'])).status, 0);
  for (const afterMs of [100, 200, 300, 450]) {
    const child = host.start('alice', [
      'timeout',
      '--signal=KILL',
      `${afterMs / 1000}`,
      ...['clawdbot', 'doctor', '--fix', 'owner/waiting', '--yes', '--json'],
    ]);
    await new Promise((resolve) => child.once('close', resolve));
    await until('a gateway that serves', async () => (await answeringPid()) !== undefined);
  }
  await doctor('--fix', 'owner/waiting', '--yes');
  // Nobody told the owner that the hand-over had come to its end, so it keeps the sockets for a moment.
  const alone = async () => holdersOf((await service()).listeners).length === 1;
  await until('the former owner to let go of the sockets', alone);
  await assertOneOwner(Number(await property(host, SERVICE, 'MainPID')));
});

test('a unit of a former name that is enabled beside ours is disabled, and enabled again by --undo', {
  skip,
}, async () => {
  assert.equal((await host.alice(['clawdbot', 'gateway', 'install'])).status, 0);
  const former = 'openclaw-gateway.service';
  const path = `/home/alice/.config/systemd/user/${former}`;
  writeFileSync(
    host.path(path),
    '[Service]\nExecStart=/usr/bin/env openclaw gateway\nKillMode=mixed\n[Install]\nWantedBy=default.target\n',
    { mode: 0o600 },
  );
  await host.root(['chown', 'alice:', path]);
  await host.alice(['systemctl', '--user', 'daemon-reload']);
  await host.alice(['systemctl', '--user', 'enable', former]);
  const repair: DoctorRepair = await doctor('--fix', 'owner/legacy-name', '--yes');
  assert.deepEqual(repair.stillThere, [], JSON.stringify(repair.did));
  assert.equal(await property(host, former, 'UnitFileState'), 'disabled');
  await doctor('--undo');
  assert.equal(await property(host, former, 'UnitFileState'), 'enabled');
  await host.alice(['systemctl', '--user', 'disable', former]);
  await host.root(['rm', path]);
});
