/**
 * The same faults for this doctor, the published Clawdbot's and OpenClaw's (`doctor --non-interactive`), side by side; the
 * table goes into docs/doctor.md. Not a test, a minute and more a fault: `node test/diagnostics/compare-published.ts [DIRECTORY]` keeps what the
 * others said in DIRECTORY, one file a fault and program.
 */

import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { cleanUp } from '../clean-up.ts';
import { commandOf, environmentOf } from '../interop/lib/software.ts';
import type { Maker } from '../makers/maker.ts';
import { examine, healthySetup, rootIds } from '../makers/setup.ts';

/** Fault, and what in the output of the others counts as having said so. Generous: a hint is enough. */
const FAULTS: Readonly<Record<string, RegExp>> = {
  'gateway-down': /gateway not running|not running|unreachable|ECONNREFUSED/i,
  'port-stuck': /hung|stuck|not answer|no answer|timed? ?out|timeout|stopped by a signal/i,
  'port-foreign': /already in use|port .* (held|used|busy)|another (process|program)/i,
  'port-drift': /port.*(mismatch|differ|expected)|listens? on/i,
  'port-family': /::1|localhost.*(ambiguous|another)|IPv6/i,
  'port-sibling': /already in use|another (gateway|profile|state)/i,
  'port-ephemeral': /ephemeral|ip_local_port_range|reserved_ports/i,
  'config-missing': /config.*(missing|not found|does not exist)|no config|gateway\.mode/i,
  'config-write': /invalid|parse|JSON5|syntax/i,
  'config-value': /gateway\.port|invalid/i,
  'config-fallback': /logging\.level|invalid/i,
  'config-combination': /auth.*(token|missing|not configured)|token.*(missing|not set|generate)/i,
  'config-unknown-key': /unknown|unrecognized/i,
  'config-modes': /permission|chmod|mode|readable by/i,
  'config-loss': /smaller|shrank|lost|backup|\.bak/i,
  'state-owner': /owner|chown|EACCES|uid/i,
  'lock-owner-dead': /stale lock|dead process|lock file/i,
  'unit-runtime-gone': /(ExecStart|unit|service).*(does not exist|missing|not found|gone)/i,
  'unit-package-gone':
    /(ExecStart|unit|service|entrypoint).*(does not exist|missing|not found|gone|mismatch|match)/i,
  'unit-orphans': /KillMode|children/i,
  'unit-env-leak': /undefined/i,
  'unit-env-shadow': /token.*(mismatch|differ|drift|unit|service)|embeds/i,
  'unit-path': /PATH/,
  'unit-ordering': /network-online|After=/i,
  'storm-limiter': /StartLimit/i,
  'sec-secrets': /token.*(unit|service)|permission.*unit|0644|embeds/i,
  'sec-helpers': /PATH.*(writable|unsafe|world)/i,
  'exec-store': /exec-approvals/i,
  'exec-wrapper': /\/bin\/sh|approvals?.*(wide|broad|shell)/i,
  'tls-plaintext': /plain|wss:|unencrypted|without TLS|insecure/i,
  'tls-pin-rotation': /certificate|expire/i,
};

type Other = 'real' | 'openclaw';
type Said = { said: string; words: string | undefined; seconds: number; end: string };

const directory = process.argv[2];
const rows: string[] = [];
/** Lines that each says about a healthy setup: a hint that is always there is none. */
const always: Record<Other, Set<string>> = { real: new Set(), openclaw: new Set() };

await test('healthy', async (t) => {
  const { home } = await healthySetup(t, 'serving');
  const mirror = openclawHome(home);
  cleanUp(t, () => rmSync(mirror, { recursive: true, force: true }));
  for (const [software, where] of [
    ['real', home],
    ['openclaw', mirror],
  ] as const) {
    const { said } = ask(software, where, { name: 'healthy', accepted: /^$/ });
    for (const line of said.split('\n')) always[software].add(plain(line));
  }
});

for (const [name, accepted] of Object.entries(FAULTS)) {
  await test(name, async (t) => {
    const { maker }: { maker: Maker } = await import(join('..', 'makers', `${name}.ts`));
    const setup = await healthySetup(t, maker.base);
    const broken = await maker.make(setup);
    const report = await examine(setup, broken);
    const mirror = openclawHome(setup.home);
    cleanUp(t, () => rmSync(mirror, { recursive: true, force: true }));
    const real = ask('real', setup.home, { name, accepted });
    const openclaw = ask('openclaw', mirror, { name, accepted });
    // A stopped process would not end with the test.
    setup.gateway?.child.kill('SIGCONT');
    const isNamed = rootIds(report).includes(maker.id);
    const ours = `${isNamed ? 'yes' : 'no'}, ${report.durationMs} ms`;
    rows.push(`| \`${maker.id}\` | ${ours} | ${saidText(real)} | ${saidText(openclaw)} |`);
    console.log(rows.at(-1));
  });
}
const named = (column: number) => rows.filter((row) => row.split(' | ')[column]?.startsWith('yes')).length;
console.log(`\n${rows.join('\n')}\n\n${named(1)}, ${named(2)} and ${named(3)} of ${rows.length}`);

function ask(software: Other, home: string, fault: { name: string; accepted: RegExp }): Said {
  const [program, ...args] = commandOf(software, ['doctor', '--non-interactive']);
  const startedAt = performance.now();
  const ran = spawnSync(program, args, {
    env: environmentOf(software, home),
    encoding: 'utf8',
    timeout: 60_000,
    killSignal: 'SIGKILL',
    input: '',
  });
  const said = `${ran.stdout}${ran.stderr}`;
  if (directory !== undefined) {
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, `${fault.name}.${software}.txt`), said);
  }
  const news = said.split('\n').filter((line) => !always[software].has(plain(line)));
  const words = fault.accepted.exec(news.join('\n'))?.[0]?.replace(/\s+/g, ' ').slice(0, 60);
  return {
    said,
    words,
    seconds: (performance.now() - startedAt) / 1000,
    end: ran.status === null ? 'cut off' : `exit ${ran.status}`,
  };
}

/** A line without what differs from run to run. */
function plain(line: string): string {
  return line.replace(/[│\d\s]+/g, ' ').trim();
}

function saidText({ words, seconds, end }: Said): string {
  if (words === undefined && end === 'cut off') return `not within ${Math.round(seconds)} s`;
  return `${words === undefined ? 'no' : `yes ("${words.replaceAll('|', '\\|')}")`}, ${seconds.toFixed(1)} s, ${end}`;
}

/** The same home as an OpenClaw would have it: its names for directory, config, unit and variables. Gives the path. */
function openclawHome(home: string): string {
  const mirror = `${home}-openclaw`;
  cpSync(home, mirror, {
    recursive: true,
    preserveTimestamps: true,
    filter: (path) => !path.endsWith('.sock'),
  });
  spawnSync('cp', ['--archive', '--force', `${home}/.`, mirror]);
  const state = join(mirror, '.openclaw');
  if (existsSync(join(mirror, '.clawdbot'))) renameSync(join(mirror, '.clawdbot'), state);
  for (const suffix of ['', '.bak']) {
    const config = join(state, `clawdbot.json${suffix}`);
    if (existsSync(config)) renameSync(config, join(state, `openclaw.json${suffix}`));
  }
  const scripts = join(mirror, 'node_modules');
  if (existsSync(join(scripts, 'clawdbot'))) renameSync(join(scripts, 'clawdbot'), join(scripts, 'openclaw'));
  const units = join(mirror, '.config', 'systemd', 'user');
  for (const unit of existsSync(units) ? readdirSync(units) : []) {
    const text = readFileSync(join(units, unit), 'utf8')
      .replaceAll(home, mirror)
      .replaceAll('clawdbot', 'openclaw')
      .replaceAll('CLAWDBOT', 'OPENCLAW');
    const renamed = join(units, unit.replace('clawdbot', 'openclaw'));
    renameSync(join(units, unit), renamed);
    writeFileSync(renamed, text);
  }
  return mirror;
}
