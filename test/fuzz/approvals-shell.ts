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
  let doubtful: number[] = [];
  const runs = observeAll(accepted);
  for (const [index, { text, seen }] of accepted.entries()) {
    const observations = runs.map((run) => run[index]);
    for (const observation of observations) {
      report.markersRun += observation?.length ?? 0;
      if (observation?.some((record) => !seen.has(markerName(record)))) report.unseen.push(text);
    }
    if (isDifferent(observations)) doubtful.push(index);
  }
  // Pipelines are races: a text counts as different only if it is so every time.
  for (let round = 0; round < 6 && doubtful.length > 0; round += 1) {
    const again = observeAll(doubtful.flatMap((index) => accepted[index] ?? []));
    doubtful = doubtful.filter((_, at) => isDifferent(again.map((run) => run[at])));
  }
  report.different.push(...doubtful.map((index) => accepted[index]?.text ?? ''));
}

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

function isDifferent([dash, bash, dashAgain, bashAgain]: readonly Observation[]): boolean {
  return !alike(dash, dashAgain) || !alike(bash, bashAgain) || !alike(names(dash), names(bash));
}

/** Process numbers differ from run to run and are not compared; what ran too long cannot be. */
function alike(one: Observation, other: Observation): boolean {
  if (one === undefined || other === undefined) return true;
  const text = (observation: readonly string[]) => observation.join().replaceAll(/\d{2,}/g, 'N');
  return text(one) === text(other);
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
