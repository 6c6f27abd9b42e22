import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { test } from 'node:test';
import type { DoctorRepair, DoctorReport, ServiceStatusView } from '../../src/protocol/index.ts';
import { inTime } from '../makers/setup.ts';
import type { Host } from '../systemd/host.ts';
import { hostOfFile } from '../systemd/host-of-file.ts';
import { property } from '../systemd/installed-copy.ts';
import { until } from '../systemd/until.ts';
import { findPeer, missingPeers, type PeerName } from './peer-versions.ts';

const UNIT = 'clawdbot-gateway.service';
const PORT = 18_789;
/**
 * 240 s: a published gateway needs 5 to 20 s of processor time before it listens, and other files start theirs at the same
 * time (once it took more than 90 s).
 */
const START_MS = 240_000;
let host: Host;
const skip = hostOfFile(
  (booted) => {
    host = booted;
  },
  missingPeers('node', 'clawdbot', 'openclaw'),
);

/** Runs a published program of the cache, which a host sees as this machine does. */
function published(peer: PeerName, ...args: string[]): string[] {
  return [findPeer('node') ?? '', findPeer(peer) ?? '', ...args];
}

const systemctl = (...args: string[]) => host.alice(['systemctl', '--user', ...args]);

async function doctor(...args: string[]) {
  const ended = await host.alice(['clawdbot', 'doctor', '--json', ...args], { timeoutMs: START_MS });
  return JSON.parse(ended.stdout);
}

async function problems(): Promise<string[]> {
  const report: DoctorReport = await inTime(doctor);
  return report.findings.filter(({ outcome }) => outcome === 'problem').map(({ id }) => id);
}

/** pid of whoever listens on the port. */
async function listener(): Promise<number | undefined> {
  const { listeners }: ServiceStatusView = await doctor('--service');
  return listeners[0]?.holders[0]?.pid;
}

const CLAWDBOT_FLAWS = ['sec/secrets', 'config/modes', 'logs/shared-tmp', 'unit/orphans', 'storm/limiter'];

test('a published clawdbot that is served by its unit: its flaws are named, mended and taken back', {
  skip,
}, async () => {
  await host.alice(['mkdir', '-p', '-m', '755', '/home/alice/.clawdbot']);
  const config = { gateway: { mode: 'local', auth: { token: 'published-token-0123456789' } } };
  writeFileSync(host.path('/home/alice/.clawdbot/clawdbot.json'), JSON.stringify(config), { mode: 0o644 });
  await host.root(['chown', '-R', 'alice:', '/home/alice/.clawdbot']);
  await host.alice(published('clawdbot', 'gateway', 'install'), { timeoutMs: START_MS });
  await until('the published gateway', async () => (await listener()) !== undefined, START_MS);
  const expected = [...CLAWDBOT_FLAWS, 'unit/ordering', 'legacy/running'];
  assert.deepEqual(await problems(), expected);
  const text = await host.alice(['cat', `/home/alice/.config/systemd/user/${UNIT}`]);
  const repair: DoctorRepair = await doctor('--fix', '--yes');
  assert.deepEqual(repair.stillThere, [], JSON.stringify(repair.did));
  assert.deepEqual(await problems(), ['unit/ordering', 'legacy/running']);
  assert.equal(
    (await host.alice(['cat', `/home/alice/.config/systemd/user/${UNIT}`])).stdout,
    text.stdout,
    'the unit itself is not rewritten',
  );
  await doctor('--undo');
  assert.deepEqual(await problems(), expected);
});

test('its unit storms against a gateway started by hand: the process is kept, taken back, the service is kept', {
  skip,
}, async () => {
  await systemctl('stop', UNIT);
  host.start('alice', published('clawdbot', 'gateway', '--port', String(PORT)));
  await until('the gateway started by hand', async () => (await listener()) !== undefined, START_MS);
  const byHand = await listener();
  const storms = async (): Promise<boolean> => Number(await property(host, UNIT, 'NRestarts')) > 0;
  await systemctl('start', UNIT);
  await until('a restart by systemd', storms, START_MS);
  const ids = await problems();
  assert.equal(ids[0], 'owner/two-owners', ids.join(', '));
  assert.ok(!ids.some((id) => id === 'port/foreign' || id === 'gateway/down' || id === 'storm/exit-code'));

  const kept: DoctorRepair = await doctor('--fix', 'owner/two-owners', '--yes');
  assert.deepEqual(kept.stillThere, []);
  assert.equal(await property(host, UNIT, 'ActiveState'), 'inactive');
  assert.equal(await listener(), byHand);

  await doctor('--undo');
  await until('the storm to be back', storms, START_MS);
  assert.equal((await problems())[0], 'owner/two-owners');

  const startedAt = performance.now();
  const repair: DoctorRepair = await doctor('--fix', 'owner/two-owners', '--keep', 'service', '--yes');
  assert.deepEqual(
    repair.did.map(({ step, result }) => [step.kind, result.kind]),
    [
      ['unit', 'done'],
      ['end', 'done'],
      ['unit', 'done'],
    ],
    JSON.stringify(repair.did),
  );
  console.log(
    `the published service in place of the process: ${Math.round(performance.now() - startedAt)} ms, its own start included`,
  );
  assert.deepEqual(repair.stillThere, []);
  assert.equal(await property(host, UNIT, 'NRestarts'), '0');
  const { listeners, units }: ServiceStatusView = await doctor('--service');
  const pids = new Set(listeners.flatMap(({ holders }) => holders.map(({ pid }) => pid)));
  assert.equal(pids.size, 1);
  assert.ok(listeners.every(({ holders }) => holders.every(({ startedBy }) => startedBy.includes(UNIT))));
  assert.equal(units.length, 1);
});

test('its unit storms against a gateway of ours on the same state: ours is kept and never notices', {
  skip,
}, async () => {
  await systemctl('stop', UNIT);
  await host.alice(['chmod', '700', '/home/alice/.clawdbot']);
  await host.alice(['chmod', '600', '/home/alice/.clawdbot/clawdbot.json']);
  host.start('alice', ['clawdbot', 'gateway']);
  await until('our gateway', async () => (await listener()) !== undefined);
  const ours = await listener();
  await systemctl('start', UNIT);
  await until(
    'a restart by systemd',
    async () => Number(await property(host, UNIT, 'NRestarts')) > 0,
    START_MS,
  );
  assert.equal((await problems())[0], 'owner/two-owners');
  const repair: DoctorRepair = await doctor('--fix', 'owner/two-owners', '--yes');
  assert.deepEqual(repair.stillThere, []);
  assert.equal(await listener(), ours);
  assert.equal(await property(host, UNIT, 'ActiveState'), 'inactive');
});

test('a published node that no gateway answers is named with its last words, whatever systemd believes', {
  skip,
}, async () => {
  await systemctl('disable', '--now', UNIT);
  await host.alice(published('clawdbot', 'node', 'install', '--host', '127.0.0.1', '--port', '18999'), {
    timeoutMs: START_MS,
  });
  // The published installer restarts the gateway's unit instead of the node's.
  await systemctl('disable', '--now', UNIT);
  await systemctl('start', 'clawdbot-node.service');
  await until(
    'the doctor to name it',
    async () => (await problems()).includes('legacy/parked-node'),
    START_MS,
  );
  const { findings }: DoctorReport = await doctor('--only', 'legacy/parked-node');
  assert.match(
    findings[0]?.text ?? '',
    /no connection to 127\.0\.0\.1:18999; it said: connect failed: .*ECONNREFUSED/,
  );
  await systemctl('stop', 'clawdbot-node.service');
  assert.ok(!(await problems()).includes('legacy/parked-node'));
});

test('a published openclaw in place of ours: no complaint about a config of ours', { skip }, async () => {
  await host.alice(['clawdbot', 'gateway', 'stop']);
  // KillMode=process has left children of the published gateway behind.
  await host.root(['pkill', '--uid', 'alice', '-f', 'clawdbot']);
  await host.alice(['sh', '-c', 'rm -rf ~/.config/systemd/user/clawdbot-* ~/.clawdbot /tmp/clawdbot']);
  await systemctl('daemon-reload');
  await host.alice(published('openclaw', 'gateway', 'install'), { timeoutMs: START_MS });
  await until('openclaw', async () => (await listener()) !== undefined, START_MS);
  const ids = await problems();
  // It believes to be in a container here, and then binds every address.
  assert.deepEqual(
    ids.filter((id) => id !== 'legacy/exposed'),
    ['unit/ordering', 'legacy/running'],
  );
  await host.alice(['chmod', '755', '/home/alice/.openclaw']);
  await host.alice(['chmod', '644', '/home/alice/.openclaw/openclaw.json']);
  assert.ok((await problems()).includes('legacy/modes'));
  const repair: DoctorRepair = await doctor('--fix', 'legacy/modes', '--yes');
  assert.deepEqual(repair.stillThere, []);
});
