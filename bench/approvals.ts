import { performance } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { decide } from '../src/approvals/decide.ts';
import { effectiveSettings } from '../src/approvals/effective-settings.ts';
import { realFileFacts } from '../src/approvals/file-facts.ts';
import { readHostFacts } from '../src/approvals/host-facts.ts';
import type { PolicyEntry } from '../src/approvals/policy-schema.ts';

// As the node host runs (src/node/run-node-process.ts).
setFlagsFromString('--no-parallel-scavenge');

// The goal: 20 stages, 500 entries, p99 at most 1 ms, on the real file system.
const RUNS = 3_000;
const STAGES = [
  'cat notes.txt',
  ...Array.from({ length: 18 }, (_, index) => `grep -v 'pattern ${index}'`),
  'wc -l',
];

/** Entries that do not match first, so that every program is compared with all of them. */
function entries(count: number): PolicyEntry[] {
  const others = Array.from({ length: count - 3 }, (_, index) => ({
    pattern: `/opt/tools/**/tool-${index}*`,
  }));
  return [...others, ...['cat', 'grep', 'wc'].map((name) => ({ pattern: `/usr/bin/${name}` }))];
}

const CASES = [
  { name: 'one program, 10 entries', command: ['/usr/bin/cat', 'notes.txt'], count: 10 },
  { name: 'one program, 500 entries', command: ['/usr/bin/cat', 'notes.txt'], count: 500 },
  { name: '20-stage pipeline, 500 entries', command: ['/bin/sh', '-c', STAGES.join(' | ')], count: 500 },
  // New settings each time, as after every change of the file: nothing about the entries is remembered.
  {
    name: '20-stage pipeline, new entries',
    command: ['/bin/sh', '-c', STAGES.join(' | ')],
    count: 500,
    fresh: true,
  },
  { name: '20-stage pipeline, a miss', command: ['/bin/sh', '-c', `${STAGES.join(' | ')} | id`], count: 500 },
];

const host = readHostFacts({ PATH: '/usr/local/bin:/usr/bin:/bin', HOME: '/root' });

// Time on the clock depends on what else the machine does; time on the processor is what the decision costs.
console.log(['case', 'p50 ms', 'p90 ms', 'p99 ms', 'p99 cpu ms', 'decision'].join('\t'));
for (const { name, command, count, fresh = false } of CASES) {
  const load = () =>
    effectiveSettings({ version: 1, agents: { main: { allowlist: entries(count), ask: 'off' } } });
  let settings = load();
  const once = () => decide({ command, cwd: '/' }, settings, { files: realFileFacts, host });
  for (let warm = 0; warm < 300; warm += 1) once();
  const times: number[] = [];
  const processor: number[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    if (fresh) settings = load();
    const used = process.threadCpuUsage();
    const start = performance.now();
    once();
    times.push(performance.now() - start);
    const { user, system } = process.threadCpuUsage(used);
    processor.push((user + system) / 1_000);
  }
  const at = (values: number[], share: number) =>
    (values.sort((one, other) => one - other)[Math.floor(values.length * share)] ?? 0).toFixed(3);
  console.log(
    [name, at(times, 0.5), at(times, 0.9), at(times, 0.99), at(processor, 0.99), once().decision].join('\t'),
  );
}
