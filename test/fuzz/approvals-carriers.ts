import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { decide } from '../../src/approvals/decide.ts';
import { effectiveSettings } from '../../src/approvals/effective-settings.ts';
import { realFileFacts } from '../../src/approvals/file-facts.ts';
import { readHostFacts } from '../../src/approvals/host-facts.ts';
import type { StartPlan } from '../../src/approvals/plan.ts';
import { startPlan } from '../../src/approvals/start-plan.ts';
import { MARKERS, randomFrom } from './approvals-generator.ts';

/** What a run found. A line in `unseen` started a marker the decision does not name; `different` ran otherwise than as planned. */
export type CarrierReport = { generated: number; accepted: number; unseen: string[]; different: string[] };

const CARRIERS = [
  'env',
  'nice',
  'timeout',
  'nohup',
  'setsid',
  'xargs',
  'find',
  'stdbuf',
  'ionice',
  'flock',
  'dash',
  'bash',
];

/**
 * Random command lines of real wrappers with right, wrong and treacherous options around markers that are real
 * programs. Every wrapper and marker is listed, so what is accepted must name each marker that runs.
 */
export async function fuzzCarriers({ count, seed }: { count: number; seed: number }): Promise<CarrierReport> {
  const directory = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), 'approvals-carriers-')));
  try {
    const world = prepareWorld(directory);
    const random = randomFrom(seed);
    const report: CarrierReport = { generated: 0, accepted: 0, unseen: [], different: [] };
    for (; report.generated < count; report.generated += 1) {
      const text = carrierLine(random, 3);
      const decision = decide({ rawCommand: text, cwd: world.cwd }, world.settings, {
        files: realFileFacts,
        host: world.host,
      });
      if (decision.decision !== 'allow' || decision.plan === undefined) continue;
      report.accepted += 1;
      const named = new Set(decision.programs.map(({ path }) => path?.slice(path.lastIndexOf('/') + 1)));
      const plain = runPlain(world, text);
      const planned = await runPlan(world, decision.plan);
      if ([...plain, ...planned].some((marker) => !named.has(marker))) report.unseen.push(text);
      // env without a search path looks in the system's default one; the plan keeps what was found in the host's.
      // Two locks in one pipeline race.
      if (!/env .*-i|flock.*flock/.test(text) && plain.join() !== planned.join()) report.different.push(text);
    }
    return report;
  } finally {
    fs.rmSync(directory, { recursive: true, force: true });
  }
}

type World = ReturnType<typeof prepareWorld>;

function prepareWorld(directory: string) {
  const [bin, cwd, log] = ['bin', 'cwd', 'log'].map((name) => join(directory, name)) as [
    string,
    string,
    string,
  ]; // three names, three paths
  fs.chmodSync(directory, 0o755);
  fs.mkdirSync(bin);
  fs.mkdirSync(cwd);
  for (const name of MARKERS) {
    fs.writeFileSync(join(bin, name), `#!/bin/dash\necho ${name} >>${log}\n`, { mode: 0o755 });
  }
  for (const name of ['a', 'b']) fs.writeFileSync(join(cwd, name), 'm1\nm2\n');
  const allowlist = [
    { pattern: `${bin}/*` },
    { pattern: '/usr/bin/echo' },
    ...CARRIERS.map((name) => ({ pattern: `/usr/bin/${name}` })),
  ];
  return {
    cwd,
    log,
    host: readHostFacts({ PATH: `${bin}:/usr/bin:/bin`, HOME: directory }),
    settings: effectiveSettings({ version: 1, agents: { main: { ask: 'off', allowlist } } }),
  };
}

function runPlain({ cwd, log, host }: World, text: string): string[] {
  fs.rmSync(log, { force: true });
  spawnSync('/bin/dash', ['-c', text], { cwd, env: host.environment, stdio: 'ignore', timeout: 60_000 });
  return takeLog(log);
}

async function runPlan({ log }: World, plan: StartPlan): Promise<string[]> {
  fs.rmSync(log, { force: true });
  const outcome = startPlan(plan);
  if (outcome.kind === 'changed') return [`changed: ${outcome.reason}`];
  outcome.child.stdout?.resume();
  outcome.child.stderr?.resume();
  const timer = setTimeout(() => outcome.child.kill('SIGKILL'), 60_000);
  await once(outcome.child, 'close');
  clearTimeout(timer);
  return takeLog(log);
}

function takeLog(log: string): string[] {
  if (!fs.existsSync(log)) return [];
  return fs
    .readFileSync(log, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .sort();
}

/** Options and operands in front of the carried program, good and bad ones. */
const PREFIXES: Readonly<Record<string, readonly string[]>> = {
  env: [
    '-i',
    '-u X',
    'LC_ALL=C',
    'X=1',
    'PATH=/x',
    '-S',
    "-S 'm3 x'",
    '-',
    '--',
    '-C .',
    '--split-string=m4',
    '-v',
    '--unset=LANG',
    '-0',
  ],
  nice: ['-n 5', '-5', '--adjustment=1', '-n', '--', '-n m1', '--adj=1'],
  timeout: ['5', '-k 1 5', '-s KILL 5', '--signal=TERM 5s', '--foreground 5', '-k m1 5', 'm1', '--', '5 --'],
  nohup: ['--', '', '', '--version'],
  // Without -w it may go on in the background, where no comparison waits for it.
  setsid: ['-w', '--wait', '-w --', '-fw', '-cw', '-f'],
  xargs: [
    '-n 1',
    '-0',
    '-r',
    '-I{}',
    '-I m1',
    '-a a',
    '-d x',
    '--',
    '-P 2',
    '-n1 -r',
    '-i',
    '-E m1',
    '--arg-file=a',
    '-t',
    "-I 'm'",
  ],
  stdbuf: ['-oL', '-o L', '--output=0', '-i0 -o0', '-e m1', '--'],
  ionice: ['-c3', '-c 2 -n 7', '-t', '-p 1', '--class idle', '-c m1'],
  // Always without waiting: a lock inside the same lock would wait for ever.
  flock: ['-n a', '-nx b', '-n -E 3 a', '-n a -c m3', '-n -c m3 a', '-n 9', '-n -o a', '-n --verbose a'],
};
const FIND = [
  '.',
  '. -name a',
  'a b',
  '-L .',
  '. -maxdepth 1 -type f',
  '.  -newer b',
  '. -ok m1 ; ',
  '-files0-from a',
  '. -fprint c',
  '',
];
const EXEC = ['-exec', '-exec', '-execdir', '-ok'];

function carrierLine(random: () => number, depth: number): string {
  const pick = (items: readonly string[]) => items[Math.floor(random() * items.length)] ?? '';
  const marker = () => pick(MARKERS);
  if (depth === 0 || random() < 0.15) {
    return `${marker()} ${pick(['', 'a', '-x', '{}', '$x', '*', marker(), '"$(m5)"'])}`.trim();
  }
  const inner = carrierLine(random, depth - 1);
  const kind = random();
  if (kind < 0.12)
    return `find ${pick(FIND)} ${pick(EXEC)} ${inner} ${pick(['{}', '', 'x{}', 'm2'])} ${pick(['\\;', '+', "';'", '{} +', '{} \\;', ''])}`;
  if (kind < 0.22)
    return `${pick(['sh', 'bash', 'dash'])} ${pick(['-c', '-c', '-c', '-ec', '-xc', '-lc', '-c --', '-o errexit -c', ''])} '${inner.replaceAll("'", `'\\''`)}' ${pick(['', '', '', 'm1', '_ m2'])}`.trim();
  if (kind < 0.3) return `echo ${pick(['a', 'm1', 'm2 x'])} | ${inner}`;
  const name = pick(Object.keys(PREFIXES));
  return `${name} ${pick(PREFIXES[name] ?? [])} ${random() < 0.1 ? pick(PREFIXES[name] ?? []) : ''} ${inner}`.replace(
    / +/g,
    ' ',
  );
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: { count: { type: 'string', default: '2000' }, seed: { type: 'string', default: '1' } },
  });
  const report = await fuzzCarriers({ count: Number(values.count), seed: Number(values.seed) });
  console.log(JSON.stringify(report, null, 1));
  process.exitCode = report.unseen.length + report.different.length === 0 ? 0 : 1;
}
