import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import type { Finding, Report } from '../../src/diagnostics/index.ts';
import { cleanUp } from '../clean-up.ts';
import { type HostMaker, HostSetup, SERVICE, SOCKET, UNITS } from '../makers/host-maker.ts';
import { rootIds } from '../makers/setup.ts';
import { bootHost, type Host, hostSkipReason } from '../systemd/host.ts';
import { TOKEN } from '../systemd/installed-copy.ts';
import { until } from '../systemd/until.ts';
import { assertHealthy, assertRoots } from './assert-roots.ts';
import { commandsToType, findingOf, refusedRemedies } from './check-remedy.ts';
import { loadMakers } from './load-makers.ts';
import { noteRow, printRows, typedText } from './recall-table.ts';
import { fixAndUndoOnHost } from './repair-on-host.ts';

const skip = hostSkipReason() ?? false;
const makers = await loadMakers<HostMaker>('on-host');

let host: Host;
let setup: HostSetup;

before(async () => {
  if (skip) return;
  host = await bootHost();
  setup = new HostSetup(host);
});
after(async () => {
  await host?.close();
  printRows(makers.length);
});

for (const maker of makers) {
  const { id, also = [], make, mend, clean } = maker;
  const whyNot = maker.skip?.();
  test(`${id} on a real manager: named as the cause, and gone when the remedy is followed`, {
    skip: skip || (whyNot ?? false),
  }, async (t) => {
    // Most remedies leave it healthy; that is seen sooner than made.
    if (!(await setup.isHealthy())) await setup.healthyAgain();
    assertRoots(await setup.doctor(), []);
    cleanUp(t, () => clean?.(setup));
    await make(setup);
    const report = await setup.doctor();
    assertRoots(report, [id, ...also]);
    assert.deepEqual(refusedRemedies(report), []);
    const fixed = await fixAndUndoOnHost(setup, maker, findingOf(report, id));
    const goneBy = await follow(mend, findingOf(report, id));
    await until(`${id} to be gone`, async () => !rootIds(await setup.doctor()).includes(id));
    noteRow({ id, on: 'host', ms: report.durationMs, goneBy, fixed });
  });
}

test("the published Clawdbot's own unit: its known faults by name, nothing about ours", {
  skip,
}, async () => {
  await setup.healthyAgain();
  await setup.clawdbot('gateway', 'uninstall');
  mkdirSync(host.path('/opt/real/clawdbot/dist'), { recursive: true });
  writeFileSync(host.path('/opt/real/clawdbot/dist/entry.js'), 'setInterval(() => {}, 1e9)');
  // The text that Clawdbot 2026.1.24-3 writes (cli-and-state §15).
  await setup.writeAsAlice(`${UNITS}/${SERVICE}`, [
    ...[
      '[Unit]',
      'Description=Clawdbot Gateway',
      'After=network-online.target',
      'Wants=network-online.target',
      '',
    ],
    ...['[Service]', 'ExecStart=/usr/local/bin/node /opt/real/clawdbot/dist/entry.js gateway --port 18789'],
    ...[
      'Restart=always',
      'RestartSec=5',
      'KillMode=process',
      'Environment=CLAWDBOT_GATEWAY_TOKEN=not-a-real-token',
      '',
    ],
    ...['[Install]', 'WantedBy=default.target'],
  ]);
  await host.root(['chmod', '0644', `${UNITS}/${SERVICE}`]);
  await setup.systemctl('daemon-reload');
  await setup.systemctl('enable', '--now', SERVICE);
  const report = await setup.doctor();
  assert.ok(!JSON.stringify(report).includes('not-a-real-token'));
  assertRoots(report, [
    'gateway/down',
    'sec/secrets',
    'storm/limiter',
    'unit/env-shadow',
    'unit/ordering',
    'unit/orphans',
  ]);
  await setup.systemctl('disable', '--now', SERVICE);
  await host.root(['rm', `${UNITS}/${SERVICE}`]);
  await setup.systemctl('daemon-reload');
});

test('an account without rights gets unknowns with reasons and no error about what it cannot see', {
  skip,
}, async () => {
  await setup.healthyAgain();
  // The default of newer distributions; not even that there is a state directory can be seen.
  await host.root(['chmod', '700', '/home/alice']);
  const ran = await host.root([
    ...['setpriv', '--reuid=nobody', '--regid=nogroup', '--clear-groups', 'env', '-i'],
    // As after `su` without `-`: a directory that the account may not even look into.
    'PATH=/root/bin:/usr/bin:/bin',
    ...['HOME=/home/alice', '/usr/local/bin/node', '/opt/clawdbot/bin/clawdbot.js', 'doctor', '--json'],
  ]);
  const report: Report = JSON.parse(ran.stdout);
  assert.ok(report.summary.unknown > 0, ran.stdout);
  for (const { id, outcome, text } of report.findings) {
    if (outcome === 'unknown') assert.match(text, /not checked: .{10}/, id);
  }
  assert.deepEqual(
    report.findings.filter(({ outcome }) => outcome === 'problem').map(({ id }) => id),
    [],
  );
  await host.root(['chmod', '755', '/home/alice']);
});

test('the service of the machine: no findings after a fresh install', { skip }, async () => {
  await setup.systemctl('stop', SERVICE, SOCKET);
  await setup.clawdbot('gateway', 'uninstall');
  await host.root(['mkdir', '-m', '700', '/var/lib/clawdbot']);
  const gateway = { mode: 'local', auth: { mode: 'token', token: TOKEN } };
  writeFileSync(host.path('/var/lib/clawdbot/clawdbot.json'), JSON.stringify({ gateway }), { mode: 0o600 });
  const installed = await host.root(['clawdbot', 'gateway', 'install', '--system']);
  assert.equal(installed.status, 0, installed.stderr);
  await until('the gateway of the machine', () => setup.answers());
  const { stdout } = await host.root(['clawdbot', 'doctor', '--system', '--json']);
  const report: Report = JSON.parse(stdout);
  assertHealthy(report);
});

/** Types what is printed as alice, what begins with sudo as root; or does what its words say. */
async function follow(how: HostMaker['mend'], { remedies }: Finding): Promise<string> {
  if (how !== undefined && 'byHand' in how) {
    await how.byHand(setup);
    return `by hand: ${how.because}`;
  }
  await how?.first?.(setup);
  const chosen = commandsToType(remedies, how?.typed);
  for (const remedy of chosen) {
    const [program, ...rest] = withoutQuestions(remedy.command);
    const { status, stderr } =
      program === 'sudo' ? await host.root(rest) : await host.alice([program ?? '', ...rest]);
    assert.equal(status, 0, `${remedy.command.join(' ')}: ${stderr}`);
  }
  return chosen.map((remedy) => `\`${typedText(remedy, '/home/alice')}\``).join(', ');
}

/** On a terminal the repair asks; here nobody answers. */
function withoutQuestions(words: readonly string[]): readonly string[] {
  return words.includes('--fix') ? [...words, '--yes'] : words;
}
