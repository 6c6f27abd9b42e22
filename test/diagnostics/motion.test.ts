import assert from 'node:assert/strict';
import { once } from 'node:events';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Report } from '../../src/diagnostics/index.ts';
import { HostSetup, SERVICE } from '../makers/host-maker.ts';
import { bootHost, type Host, hostSkipReason } from '../systemd/host.ts';
import { PACKAGE, property } from '../systemd/installed-copy.ts';
import { until } from '../systemd/until.ts';

const skip = hostSkipReason() ?? false;
const LOOK = '/opt/look-often.ts';
let host: Host;
let setup: HostSetup;

before(async () => {
  if (skip) return;
  host = await bootHost();
  setup = new HostSetup(host);
  cpSync(join(import.meta.dirname, 'fixtures/look-often.ts'), host.path(LOOK));
  await setup.healthyAgain();
});
after(() => host?.close());

type Seen = { ids: string[]; first: Report };

/** They say that an answer did not come in time, which is so on a busy machine, and nothing about the gateway. */
const LATE: readonly string[] = ['doctor/fact-late', 'unit/systemctl-codes'];

/**
 * Two doctors look again and again while something happens. Everything they call a problem has to be among `mayBe`.
 */
async function lookDuring(mayBe: readonly string[], what: () => Promise<unknown>): Promise<void> {
  const lookers = [1, 2].map(() => {
    const child = host.start('alice', ['node', LOOK, `${PACKAGE}/dist/diagnostics.js`]);
    let printed = '';
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk) => (printed += String(chunk)));
    return { child, ended: once(child, 'close'), printed: () => printed };
  });
  await until('the doctors to look', () => lookers.every(({ printed }) => printed() !== ''), 30_000);
  await what();
  for (const { child } of lookers) child.stdin?.end();
  await Promise.all(lookers.map(({ ended }) => ended));
  const seen = lookers.flatMap(({ printed }) => printed().trim().split('\n').slice(1));
  assert.ok(seen.length >= lookers.length, lookers[0]?.printed());
  const alarms = seen
    .map((line): Seen => JSON.parse(line))
    .filter(({ ids }) => ids.some((id) => !mayBe.includes(id) && !LATE.includes(id)))
    .map(({ first }) => first.findings.map(({ id, text }) => `${id}: ${text}`));
  assert.deepEqual(alarms, []);
}

const serves = (): Promise<unknown> => until('the gateway to answer', () => setup.answers(), 30_000);

test('a service that is restarted, by systemd and for a setting, is no finding', { skip }, () =>
  lookDuring([], async () => {
    for (let turn = 0; turn < 2; turn += 1) {
      await setup.systemctl('restart', SERVICE);
      await serves();
    }
    const pid = await property(host, SERVICE, 'MainPID');
    await setup.clawdbot('config', 'set', 'gateway.controlUi.basePath', '/elsewhere');
    const isAnother = async () => !['0', pid].includes(await property(host, SERVICE, 'MainPID'));
    await until('another process', isAnother, 20_000);
    await serves();
  }),
);

test('a service that is killed is down until systemd starts it again, and nothing else', { skip }, () =>
  lookDuring(['gateway/down', 'lock/owner-dead'], async () => {
    await host.signal('KILL', await property(host, SERVICE, 'MainPID'));
    const isBack = async () => Number(await property(host, SERVICE, 'NRestarts')) > 0;
    await until('systemd to start it again', isBack, 20_000);
    await serves();
  }),
);

test('a gateway started by hand that hands over to the service is said to be followed by it, and nothing else', {
  skip,
}, async () => {
  await setup.startByHand();
  await setup.systemctl('start', SERVICE);
  await lookDuring(['owner/waiting'], async () => {
    const repair = await setup.clawdbot('doctor', '--fix', 'owner/waiting', '--yes', '--json');
    assert.equal(repair.status, 0, repair.stdout + repair.stderr);
    await serves();
  });
});
