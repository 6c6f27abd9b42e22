import { parseArgs } from 'node:util';
import { decide } from '../../src/approvals/decide.ts';
import type { EffectiveSettings } from '../../src/approvals/effective-settings.ts';
import { effectiveSettings } from '../../src/approvals/effective-settings.ts';
import type { HostFacts } from '../../src/approvals/host-facts.ts';
import { parseShell } from '../../src/approvals/shell/parse-shell.ts';
import { type RenderChoices, renderScript, renderWord } from '../../src/approvals/shell/render-shell.ts';
import { ELF_START, VirtualFiles } from '../../src/approvals/virtual-files.ts';
import { MARKERS, randomCommand, randomFrom } from './approvals-generator.ts';
import { markerName, type Observation, observe } from './approvals-oracle.ts';

/** What a run of the fuzzer found. A text in one of the lists is a fault of the parser. */
export type FuzzReport = {
  generated: number;
  accepted: number;
  markersRun: number;
  unseen: string[];
  different: string[];
};

/**
 * Generates commands, decides on each with every marker listed, and runs the accepted ones in dash and bash: a marker
 * that ran has to be in the decision, and the text that would really be started has to do the same as the original.
 */
export function fuzzShell({
  count,
  seed,
  batch = 400,
}: {
  count: number;
  seed: number;
  batch?: number;
}): FuzzReport {
  const random = randomFrom(seed);
  const report: FuzzReport = { generated: 0, accepted: 0, markersRun: 0, unseen: [], different: [] };
  let waiting: Accepted[] = [];
  while (report.generated < count) {
    const text = randomCommand(random);
    report.generated += 1;
    const accepted = accept(text);
    if (accepted !== undefined) waiting.push(accepted);
    if (waiting.length >= batch || report.generated === count) {
      compare(waiting, report);
      waiting = [];
    }
  }
  return report;
}

type Accepted = { text: string; canonical: string; seen: ReadonlySet<string> };

const { files, host, settings } = markerWorld();

function accept(text: string): Accepted | undefined {
  const decision = decide({ rawCommand: text, cwd: '/work' }, settings, { files, host });
  if (decision.decision !== 'allow') return undefined;
  const parsed = parseShell(text, { home: host.home });
  if (parsed.kind === 'refused') throw new Error(`accepted without being read: ${JSON.stringify(text)}`);
  const choices: RenderChoices = {
    simple: (command) => command.words.map((word) => renderWord(word, choices)),
  };
  return {
    text,
    canonical: renderScript(parsed.script, choices),
    seen: new Set(decision.programs.map((program) => program.words[0] ?? '')),
  };
}

function compare(accepted: readonly Accepted[], report: FuzzReport): void {
  if (accepted.length === 0) return;
  report.accepted += accepted.length;
  const doubtful: number[] = [];
  const runs = observeAll(accepted);
  for (const [index, { text, seen }] of accepted.entries()) {
    const observations = runs.map((run) => run[index]);
    for (const observation of observations) {
      report.markersRun += observation?.length ?? 0;
      if (observation?.some((record) => !seen.has(markerName(record)))) report.unseen.push(text);
    }
    if (isDifferent(observations)) doubtful.push(index);
  }
  report.different.push(...confirmDifferent(doubtful.flatMap((index) => accepted[index] ?? [])));
}

/** Pipelines are races: texts differ only if in many runs the outcomes of one side never meet those of the other. */
function confirmDifferent(doubtful: readonly Accepted[]): string[] {
  let open = doubtful.map((one) => ({ one, seen: SIDES.map(() => new Set<string>()) }));
  for (let round = 0; round < 20 && open.length > 0; round += 1) {
    const runs = observeAll(open.map(({ one }) => one));
    open = open.filter(({ seen }, at) => {
      const observations = runs.map((run) => run[at]);
      for (const [index, side] of SIDES.entries()) seen[index]?.add(side(observations));
      const meets = (one: number, other: number) =>
        [...(seen[one] ?? [])].some((outcome) => seen[other]?.has(outcome));
      return !(meets(0, 1) && meets(2, 3) && meets(4, 5));
    });
  }
  return open.map(({ one }) => one.text);
}

/** Pairs of outcomes that have to be alike: in dash, in bash, and the names of markers across both. */
const SIDES: readonly ((observations: readonly Observation[]) => string)[] = [
  ([dash]) => outcome(dash),
  ([, , dashAgain]) => outcome(dashAgain),
  ([, bash]) => outcome(bash),
  ([, , , bashAgain]) => outcome(bashAgain),
  ([dash]) => outcome(names(dash)),
  ([, bash]) => outcome(names(bash)),
];

function observeAll(accepted: readonly Accepted[]): Observation[][] {
  const originals = accepted.map(({ text }) => text);
  const canonicals = accepted.map(({ canonical }) => canonical);
  return [
    observe('/bin/dash', originals),
    observe('/bin/bash', originals),
    observe('/bin/dash', canonicals),
    observe('/bin/bash', canonicals),
  ];
}

function isDifferent(observations: readonly Observation[]): boolean {
  if (observations.includes(undefined)) return false; // a loop that was stopped somewhere
  const [dash, dashAgain, bash, bashAgain, dashNames, bashNames] = SIDES.map((side) => side(observations));
  return dash !== dashAgain || bash !== bashAgain || dashNames !== bashNames;
}

/** Process numbers differ from run to run and are not compared. */
function outcome(observation: Observation): string {
  return observation?.join().replaceAll(/\d{2,}/g, 'N') ?? 'stopped';
}

/** The value of `$?` inside a word differs between the shells; which markers run does not. */
function names(observation: Observation): Observation {
  return observation?.map(markerName);
}

function markerWorld(): { files: VirtualFiles; host: HostFacts; settings: EffectiveSettings } {
  const world = new VirtualFiles();
  for (const directory of ['/usr', '/usr/bin', '/bin', '/work', '/srv', '/home', '/home/h'])
    world.directory(directory);
  for (const name of [...MARKERS, 'echo', 'test', '[', 'printf', 'dash'])
    world.file(`/usr/bin/${name}`, ELF_START, 0o755);
  world.link('/bin/sh', '/usr/bin/dash');
  const allowlist = [...MARKERS, 'echo', 'test', '[', 'printf'].map((name) => ({
    pattern: `/usr/bin/${name}`,
  }));
  return {
    files: world,
    settings: effectiveSettings({ version: 1, agents: { main: { allowlist, ask: 'off' } } }),
    host: {
      platform: 'linux',
      uid: 1000,
      gid: 1000,
      home: '/home/h',
      searchPath: ['/usr/bin'],
      cwd: '/work',
      shell: '/bin/sh',
      environment: {},
    },
  };
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      count: { type: 'string', default: '20000' },
      seed: { type: 'string', default: String(Date.now()) },
    },
  });
  const report = fuzzShell({ count: Number(values.count), seed: Number(values.seed) });
  console.log(
    JSON.stringify(
      {
        seed: Number(values.seed),
        ...report,
        unseen: report.unseen.slice(0, 20),
        different: report.different.slice(0, 20),
      },
      null,
      1,
    ),
  );
  process.exitCode = report.unseen.length + report.different.length === 0 ? 0 : 1;
}
