/**
 * The same faults for this doctor, the published Clawdbot's and OpenClaw's (`doctor --non-interactive`), side by side. Not a
 * test: up to two minutes a fault. What was found is kept in `compared.json` beside this file, from which the table of
 * docs/doctor.md is made, so that a run can be cut off and goes on with what is missing:
 *
 *     node test/diagnostics/compare-published.ts              # every fault that is not there, or from a former script
 *     node test/diagnostics/compare-published.ts port- exec-  # those that begin so, again if they are there
 *     node test/diagnostics/compare-published.ts --table      # asks nobody, writes the table
 *
 * COMPARE_OUTPUT=DIRECTORY keeps what the others said, one file a fault and program.
 */

import { spawn, spawnSync } from 'node:child_process';
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
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { cleanUp } from '../clean-up.ts';
import { commandOf, environmentOf } from '../interop/lib/software.ts';
import type { Maker } from '../makers/maker.ts';
import { examine, healthySetup, rootIds } from '../makers/setup.ts';
import { replaceBetween } from './doc-marks.ts';

/** Fault, and what in the output of the others counts as having said so. Generous: a hint is enough. */
const FAULTS: Readonly<Record<string, RegExp>> = {
  'gateway-down': /gateway not running|not running|unreachable|not reachable|ECONNREFUSED/i,
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
  'tls-self-signed': /certificate|self-signed/i,
  'config-unreadable': /config.*(director|unreadable|cannot|EISDIR|invalid)/i,
  'config-leftovers': /\.tmp|left ?over|interrupted/i,
  'logs-shared-tmp': /log.*(permission|mode|readable)|chmod/i,
  'logs-budget': /disk|space|ENOSPC/i,
  'sec-exposed': /bind|expos|0\.0\.0\.0|lan|network/i,
  'unit-versioned-runtime': /version manager|nvm|fnm|volta|upgrade/i,
};

type Other = 'real' | 'openclaw';
type Said = { said: string; words: string | undefined; seconds: number; end: string };

/** 90 s and 1 MB: what they had said until then counts. */
const LIMIT_MS = 90_000;
const LIMIT_CHARACTERS = 1_000_000;

/** What became of one fault. `accepted` is the text of the pattern. */
type Row = { id: string; ours: string; real: string; openclaw: string; accepted: string; at: string };

const KEPT = join(import.meta.dirname, 'compared.json');
const DOC = join(import.meta.dirname, '..', '..', 'docs', 'doctor.md');
const outputs = process.env['COMPARE_OUTPUT'];
const kept: Record<string, Row> = existsSync(KEPT) ? JSON.parse(readFileSync(KEPT, 'utf8')) : {};
/** Lines that each says about a healthy setup: a hint that is always there is none. */
const always: Record<Other, Set<string>> = { real: new Set(), openclaw: new Set() };

const words = process.argv.slice(2);
const chosen = Object.entries(FAULTS).filter(([name]) =>
  words.length === 0
    ? kept[name]?.at.startsWith('earlier') !== false
    : words.some((word) => name.startsWith(word)),
);
if (chosen.length > 0) await test('healthy', listenToHealthy);
// Without it everything they always say would count as a hint.
if (chosen.length > 0 && [always.real, always.openclaw].some(({ size }) => size === 0))
  throw new Error('cannot compare: a published doctor said nothing about a healthy home');
for (const [name, accepted] of chosen) await test(name, (t) => compare(t, name, accepted));
writeFileSync(DOC, replaceBetween(readFileSync(DOC, 'utf8'), 'compared', table(Object.values(kept))));

async function listenToHealthy(t: TestContext): Promise<void> {
  const setup = await healthySetup(t, 'serving');
  for (const [software, { said }] of await askBoth(t, setup.home, { name: 'healthy', accepted: /^$/ }))
    for (const line of said.split('\n')) always[software].add(plain(line));
}

async function compare(t: TestContext, name: string, accepted: RegExp): Promise<void> {
  const { maker }: { maker: Maker } = await import(join('..', 'makers', `${name}.ts`));
  const setup = await healthySetup(t, maker.base);
  const broken = await maker.make(setup);
  const report = await examine(setup, broken);
  const said = new Map(await askBoth(t, setup.home, { name, accepted }));
  // A stopped process would not end with the test.
  setup.gateway?.child.kill('SIGCONT');
  const isNamed = rootIds(report).includes(maker.id);
  const load = (loadavg()[0] ?? 0).toFixed(1);
  const row: Row = {
    id: maker.id,
    ours: `${isNamed ? 'yes' : 'no'}, ${report.durationMs} ms`,
    real: saidText(said.get('real')),
    openclaw: saidText(said.get('openclaw')),
    accepted: accepted.source,
    at: `${new Date().toISOString().slice(0, 16)}, load ${load}`,
  };
  kept[name] = row;
  // After every fault: a run that is cut off loses one at most.
  writeFileSync(KEPT, `${JSON.stringify(kept, null, 2)}\n`);
  console.log(lineOf(row));
}

function lineOf({ id, ours, real, openclaw, accepted }: Row): string {
  const cells = [`\`${id}\``, ours, real, openclaw, `\`${accepted}\``];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

function table(all: readonly Row[]): string {
  const named = (key: 'ours' | 'real' | 'openclaw') => all.filter((row) => row[key].startsWith('yes')).length;
  const late = all.filter(({ openclaw }) => openclaw.startsWith('not within')).length;
  const unasked = all.filter(({ openclaw }) => openclaw === 'not asked').length;
  return [
    '| fault | ours | Clawdbot | OpenClaw | accepted as having said so |',
    '|---|---|---|---|---|',
    ...all.toSorted((a, b) => a.id.localeCompare(b.id)).map(lineOf),
    '',
    `Of ${all.length} faults ours named ${named('ours')}, Clawdbot ${named('real')}, OpenClaw ${named('openclaw')}; OpenClaw was cut off without a hint in ${late} and not asked in ${unasked}.`,
  ].join('\n');
}

/** Both at the same time, each about a home of its own. */
async function askBoth(
  t: TestContext,
  home: string,
  fault: { name: string; accepted: RegExp },
): Promise<(readonly [Other, Said])[]> {
  const mirror = openclawHome(home);
  cleanUp(t, () => rmSync(mirror, { recursive: true, force: true }));
  const [real, openclaw] = await Promise.all([ask('real', home, fault), ask('openclaw', mirror, fault)]);
  return [
    ['real', real],
    ['openclaw', openclaw],
  ];
}

async function ask(software: Other, home: string, fault: { name: string; accepted: RegExp }): Promise<Said> {
  const [program, ...args] = commandOf(software, ['doctor', '--non-interactive']);
  const startedAt = performance.now();
  const child = spawn(program, args, {
    env: environmentOf(software, home),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const tooLong = setTimeout(() => child.kill('SIGKILL'), LIMIT_MS);
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      if (said.length > LIMIT_CHARACTERS) child.kill('SIGKILL');
    });
  const status = await new Promise<number | null>((resolve) => child.once('close', resolve));
  clearTimeout(tooLong);
  if (outputs !== undefined) {
    mkdirSync(outputs, { recursive: true });
    writeFileSync(join(outputs, `${fault.name}.${software}.txt`), said);
  }
  const news = said.split('\n').filter((line) => !always[software].has(plain(line)));
  return {
    said,
    words: fault.accepted.exec(news.join('\n'))?.[0]?.replace(/\s+/g, ' ').slice(0, 60),
    seconds: (performance.now() - startedAt) / 1000,
    end: status === null ? 'cut off' : `exit ${status}`,
  };
}

/** A line without what differs from run to run. */
function plain(line: string): string {
  return line.replace(/[│\d\s]+/g, ' ').trim();
}

function saidText(one: Said | undefined): string {
  if (one === undefined) throw new Error('nobody was asked');
  const { words, seconds, end } = one;
  if (words === undefined && end === 'cut off') return `not within ${Math.round(seconds)} s`;
  return `${words === undefined ? 'no' : `yes ("${words}")`}, ${seconds.toFixed(1)} s, ${end}`;
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
