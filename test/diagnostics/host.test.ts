import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Report } from '../../src/diagnostics/index.ts';
import { bootHost, type Host, hostSkipReason } from '../systemd/host.ts';
import { configureGateway, installCopy, property } from '../systemd/installed-copy.ts';
import { until } from '../systemd/until.ts';

const skip = hostSkipReason() ?? false;
const SERVICE = 'clawdbot-gateway.service';
const UNITS = '/home/alice/.config/systemd/user';
let host: Host;

before(async () => {
  if (skip) return;
  host = await bootHost();
  installCopy(host);
});
after(async () => {
  await host?.close();
  console.log(rows.join('\n'));
});

const rows: string[] = [];

type HostFault = {
  id: string;
  also?: readonly string[];
  make: () => Promise<unknown>;
  /** Default: what the finding says is typed, command by command, as its first remedy. */
  mend?: () => Promise<unknown>;
};

const systemctl = (...args: string[]) => host.alice(['systemctl', '--user', ...args]);

/** A drop-in of the gateway service, loaded. */
async function dropIn(lines: readonly string[]): Promise<void> {
  await writeAsAlice(`${UNITS}/${SERVICE}.d/override.conf`, lines);
  await systemctl('daemon-reload');
}

async function withoutDropIn(): Promise<void> {
  rmSync(host.path(`${UNITS}/${SERVICE}.d`), { recursive: true, force: true });
  await systemctl('daemon-reload');
}

async function writeAsAlice(path: string, lines: readonly string[]): Promise<void> {
  mkdirSync(join(host.path(path), '..'), { recursive: true });
  writeFileSync(host.path(path), `${lines.join('\n')}\n`, { mode: 0o600 });
  await host.root(['chown', '-R', 'alice:', '/home/alice/.config']);
}

const FAULTS: readonly HostFault[] = [
  {
    id: 'unit/linger',
    make: async () => rmSync(host.path('/var/lib/systemd/linger/alice')),
    mend: () => host.root(['loginctl', 'enable-linger', 'alice']),
  },
  { id: 'unit/disabled', make: () => systemctl('disable', SERVICE) },
  {
    id: 'unit/masked',
    make: async () => {
      await systemctl('stop', SERVICE, 'clawdbot-gateway.socket');
      rmSync(host.path(`${UNITS}/${SERVICE}`));
      symlinkSync('/dev/null', host.path(`${UNITS}/${SERVICE}`));
      await systemctl('daemon-reload');
    },
    mend: async () => {
      await systemctl('unmask', SERVICE);
      await host.alice(['clawdbot', 'gateway', 'install']);
    },
  },
  {
    id: 'unit/dropins',
    make: () => writeAsAlice(`${UNITS}/${SERVICE}.d/override.conf`, ['[Service]', 'Nice=5']),
  },
  {
    id: 'storm/latched',
    make: async () => {
      await dropIn([
        ...['[Unit]', 'StartLimitIntervalSec=60', 'StartLimitBurst=3'],
        ...['[Service]', 'ExecStart=', 'ExecStart=/bin/false', 'RestartSec=100ms'],
      ]);
      await systemctl('restart', SERVICE);
      await until(
        'systemd to give up',
        async () => (await property(host, SERVICE, 'ActiveState')) === 'failed',
        15_000,
      );
    },
    mend: async () => {
      await withoutDropIn();
      await host.alice(['clawdbot', 'gateway', 'start']);
    },
  },
  {
    id: 'storm/exit-code',
    make: async () => {
      await dropIn([
        ...['[Unit]', 'StartLimitIntervalSec=2h', 'StartLimitBurst=500'],
        ...[
          '[Service]',
          'Type=simple',
          'ExecStart=',
          'ExecStart=/bin/false',
          'RestartSec=1',
          'RestartSteps=0',
        ],
      ]);
      await systemctl('restart', SERVICE);
      await until(
        'some restarts',
        async () => Number(await property(host, SERVICE, 'NRestarts')) >= 3,
        15_000,
      );
    },
    mend: async () => {
      await withoutDropIn();
      await systemctl('stop', SERVICE);
      await host.alice(['clawdbot', 'gateway', 'start']);
    },
  },
  {
    id: 'storm/limiter',
    make: () => dropIn(['[Unit]', 'StartLimitIntervalSec=10', 'StartLimitBurst=5']),
    mend: withoutDropIn,
  },
  { id: 'storm/drain', make: () => dropIn(['[Service]', 'TimeoutStopSec=3']), mend: withoutDropIn },
  { id: 'unit/orphans', make: () => dropIn(['[Service]', 'KillMode=process']), mend: withoutDropIn },
  {
    id: 'storm/detached',
    make: async () => {
      await systemctl('stop', SERVICE, 'clawdbot-gateway.socket');
      host.start('alice', ['clawdbot', 'gateway']);
      await until('a gateway started by hand', answers, 10_000);
    },
    mend: async () => {
      const record = readFileSync(host.path('/home/alice/.clawdbot/gateway.holder.json'), 'utf8');
      await host.alice(['clawdbot', 'gateway', 'start']);
      assert.ok(!roots(await doctor()).includes('storm/detached'), 'a standby is enough');
      await host.root(['kill', String(JSON.parse(record).pid)]);
    },
  },
  {
    id: 'gateway/down',
    make: () => systemctl('stop', SERVICE, 'clawdbot-gateway.socket'),
  },
  {
    id: 'unit/systemctl-codes',
    make: async () => {
      await host.root(['mv', '/usr/bin/systemctl', '/usr/bin/systemctl.away']);
      writeFileSync(host.path('/usr/bin/systemctl'), "#!/bin/sh\ntrap '' TERM\nexec sleep 600\n", {
        mode: 0o755,
      });
    },
    mend: async () => {
      const { stdout } = await host.root(['pgrep', '-x', 'sleep']);
      assert.equal(stdout, '', 'no child is left behind');
      await host.root(['mv', '/usr/bin/systemctl.away', '/usr/bin/systemctl']);
    },
  },
  {
    id: 'owner/legacy-name',
    make: async () => {
      await writeAsAlice(`${UNITS}/openclaw-gateway.service`, [
        ...['[Service]', 'ExecStart=/usr/bin/env openclaw gateway', 'KillMode=mixed'],
        ...['[Install]', 'WantedBy=default.target'],
      ]);
      await systemctl('daemon-reload');
      await systemctl('enable', 'openclaw-gateway.service');
    },
  },
  {
    id: 'owner/two-scopes',
    make: async () => {
      await host.root(['cp', `${UNITS}/${SERVICE}`, `/etc/systemd/system/${SERVICE}`]);
      await host.root(['systemctl', 'daemon-reload']);
      await host.root([
        'ln',
        '-s',
        `../${SERVICE}`,
        `/etc/systemd/system/multi-user.target.wants/${SERVICE}`,
      ]);
    },
    mend: async () => {
      await host.root(['systemctl', 'disable', SERVICE]);
      await host.root(['rm', `/etc/systemd/system/${SERVICE}`]);
      await host.root(['systemctl', 'daemon-reload']);
    },
  },
];

for (const { id, also = [], make, mend } of FAULTS) {
  test(`${id} on a real manager: named as the cause, and gone when the remedy is followed`, {
    skip,
  }, async () => {
    await healthyService();
    assert.deepEqual(roots(await doctor()), [], 'a fresh install has no findings');
    await make();
    const report = await doctor();
    assert.deepEqual(
      roots(report).toSorted(),
      [id, ...also].toSorted(),
      JSON.stringify(report.findings, null, 1),
    );
    if (mend !== undefined) await mend();
    else await follow(report, id);
    await until(`${id} to be gone`, async () => !roots(await doctor()).includes(id), 10_000);
    rows.push(`${id.padEnd(20)} detected, gone when mended  ${report.durationMs} ms`);
  });
}

test("the published Clawdbot's own unit: its known faults by name, nothing about ours", {
  skip,
}, async () => {
  await healthyService();
  await host.alice(['clawdbot', 'gateway', 'uninstall']);
  mkdirSync(host.path('/opt/real/clawdbot/dist'), { recursive: true });
  writeFileSync(host.path('/opt/real/clawdbot/dist/entry.js'), 'setInterval(() => {}, 1e9)');
  // The text that Clawdbot 2026.1.24-3 writes (cli-and-state §15).
  await writeAsAlice(`${UNITS}/${SERVICE}`, [
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
  await systemctl('daemon-reload');
  await systemctl('enable', '--now', SERVICE);
  const report = await doctor();
  assert.ok(!JSON.stringify(report).includes('not-a-real-token'));
  assert.deepEqual(roots(report).toSorted(), [
    'gateway/down',
    'sec/secrets',
    'storm/limiter',
    'unit/env-shadow',
    'unit/ordering',
    'unit/orphans',
  ]);
  await systemctl('disable', '--now', SERVICE);
  await host.root(['rm', `${UNITS}/${SERVICE}`]);
  await systemctl('daemon-reload');
});

test('an account without rights gets unknowns with reasons and no error about what it cannot see', {
  skip,
}, async () => {
  await healthyService();
  const ran = await host.root([
    ...['setpriv', '--reuid=nobody', '--regid=nogroup', '--clear-groups', 'env', '-i', 'PATH=/usr/bin:/bin'],
    ...['HOME=/home/alice', '/usr/local/bin/node', '/opt/clawdbot/bin/clawdbot.js', 'doctor', '--json'],
  ]);
  const report: Report = JSON.parse(ran.stdout);
  assert.ok(report.summary.unknown > 0, ran.stdout);
  for (const { id, outcome, text } of report.findings) {
    if (outcome === 'unknown') assert.match(text, /not checked: .{10}/, id);
  }
  assert.deepEqual(
    report.findings
      .filter(({ outcome, severity }) => outcome === 'problem' && severity === 'error')
      .map(({ id }) => id),
    [],
  );
});

async function healthyService(): Promise<void> {
  rmSync(host.path(`${UNITS}/${SERVICE}.d`), { recursive: true, force: true });
  await host.root(['touch', '/var/lib/systemd/linger/alice']);
  await configureGateway(host);
  const installed = await host.alice(['clawdbot', 'gateway', 'install']);
  assert.equal(installed.status, 0, installed.stderr);
  await systemctl('daemon-reload');
  await systemctl('reset-failed');
  await host.alice(['clawdbot', 'gateway', 'restart']);
  await until('the gateway to answer', answers, 10_000);
}

async function answers(): Promise<boolean> {
  const { stdout } = await host.alice(['curl', '-s', '-m', '1', 'http://127.0.0.1:18789/readyz']);
  return stdout.includes('"ready":true');
}

async function doctor(): Promise<Report> {
  const { stdout, stderr } = await host.alice(['clawdbot', 'doctor', '--json']);
  assert.notEqual(stdout, '', stderr);
  return JSON.parse(stdout);
}

function roots(report: Report): string[] {
  return report.findings.filter(({ outcome }) => outcome === 'problem').map(({ id }) => id);
}

/** Types the first remedy of a finding. */
async function follow(report: Report, id: string): Promise<void> {
  const remedy = report.findings.find((finding) => finding.id === id)?.remedies[0];
  assert.equal(remedy?.kind, 'run');
  if (remedy?.kind === 'run') await host.alice(remedy.command);
}
