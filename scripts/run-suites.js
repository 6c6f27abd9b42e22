// Runs under Node 24 (see test.js). Static checks, build, then the suites; the last line is `N passed, N failed, N skipped`.
import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { run as runTests } from 'node:test';
import { spec } from 'node:test/reporters';
import { suites } from './suites.js';

const root = join(import.meta.dirname, '..');
process.chdir(root);
const named = process.argv.slice(2);
for (const name of named)
  if (!suites.some((suite) => suite.name === name))
    fail(`cannot run the suite ${name}: there is none of that name`);
const chosen = suites.filter(({ name, onRequest }) =>
  named.length === 0 ? !onRequest : named.includes(name),
);

/** Test files under way at once: CI has two cores, and a file waits for others more than it computes. */
const FILES_AT_ONCE = 3;
/** Only what hangs is to reach it: the longest file needs 3 minutes on a quiet machine. */
const FILE_TIMEOUT_MS = 1_800_000;
/** Of the names in the closing table. */
const WIDTH = 14;

const total = { passed: 0, failed: 0, skipped: 0 };
const lines = [];

if (named.length === 0) step('check', 'npm', ['run', '--silent', 'check']);
step('build', process.execPath, ['scripts/build.js']);
await runSuites(chosen);

console.log(`\n${lines.join('\n')}\n`);
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exit(total.failed === 0 ? 0 : 1);

/** A command that counts as one test. */
function step(name, command, args) {
  const startedAt = performance.now();
  const { status } = spawnSync(command, args, { stdio: 'inherit' });
  const ok = status === 0;
  total[ok ? 'passed' : 'failed'] += 1;
  lines.push(`${name.padEnd(WIDTH)} ${ok ? 'ok' : 'FAILED'} ${seconds(startedAt)}`);
}

/**
 * Runs the files of all suites from one queue, a few at a time: most of them wait for processes, browsers and hosts, so
 * suites side by side need little more than half the time of one after the other.
 */
async function runSuites(all) {
  const results = new Map();
  const suiteOf = new Map();
  for (const { name, files, needs = [] } of all) {
    const found = files.flatMap((pattern) => globSync(pattern).sort());
    const paths = [...new Set(found)].map((path) => join(root, path));
    const missing = paths.length === 0 ? [] : installPackages(needs);
    if (missing.length > 0) {
      total.skipped += paths.length;
      lines.push(
        `${name.padEnd(WIDTH)} skipped: needs the Debian packages ${missing.join(', ')} (run as root to have them installed)`,
      );
      continue;
    }
    results.set(name, { passed: 0, failed: 0, skipped: 0, ms: 0, reasons: new Map() });
    for (const path of paths) suiteOf.set(path, name);
  }
  if (suiteOf.size === 0) return;

  const stream = runTests({
    files: [...suiteOf.keys()],
    concurrency: all.some(({ serial }) => serial) ? 1 : FILES_AT_ONCE,
    timeout: FILE_TIMEOUT_MS,
  });
  // A test may be written in another file than the one that was started; it counts for the suite of its folder.
  const folderOf = (file) => [...suiteOf.keys()].find((path) => file?.startsWith(`${dirname(path)}${sep}`));
  const resultOf = ({ file }) => results.get(suiteOf.get(file) ?? suiteOf.get(folderOf(file)));
  stream.on('test:pass', (event) => {
    const result = resultOf(event);
    if (event.nesting === 0) result.ms += event.details?.duration_ms ?? 0;
    if (event.details?.type === 'suite') return;
    if (event.skip === undefined) result.passed += 1;
    else {
      const reason = event.skip || 'no reason given';
      result.skipped += 1;
      result.reasons.set(reason, (result.reasons.get(reason) ?? 0) + 1);
    }
  });
  stream.on('test:fail', (event) => {
    const result = resultOf(event);
    if (event.nesting === 0) result.ms += event.details?.duration_ms ?? 0;
    // A suite fails with each of its tests, which are counted already, and by itself when a hook of it fails.
    const isEcho = event.details?.type === 'suite' && event.details.error?.failureType === 'subtestsFailed';
    if (!isEcho) result.failed += 1;
  });
  await new Promise((resolve) =>
    stream.compose(new spec()).on('end', resolve).pipe(process.stdout, { end: false }),
  );

  // What the script that started this wants to be read beside the numbers.
  if (process.env.CLAWDBOT_SUITE_NOTE) lines.push(process.env.CLAWDBOT_SUITE_NOTE);
  for (const [name, { passed, failed, skipped, ms, reasons }] of results) {
    total.passed += passed;
    total.failed += failed;
    total.skipped += skipped;
    lines.push(
      `${name.padEnd(WIDTH)} ${passed} passed, ${failed} failed, ${skipped} skipped (${(ms / 1000).toFixed(1)} s in its tests)`,
    );
    for (const [reason, times] of reasons) lines.push(`${''.padEnd(WIDTH)}   skipped ${times}: ${reason}`);
  }
}

/** The packages still missing after an attempt to install them; only root attempts. */
function installPackages(packages) {
  const absent = () =>
    packages.filter((name) => spawnSync('dpkg', ['-s', name], { stdio: 'ignore' }).status !== 0);
  if (absent().length === 0) return [];
  if (process.getuid() === 0) {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    const install = () =>
      spawnSync('apt-get', ['install', '-y', '-qq', ...absent()], {
        stdio: ['ignore', 'ignore', 'inherit'],
        env,
      });
    // A package list of another day names versions that are gone; refresh it only then.
    if (install().status !== 0) {
      spawnSync('apt-get', ['update', '-qq'], { stdio: 'ignore', env });
      install();
    }
  }
  return absent();
}

function seconds(startedAt) {
  return `(${((performance.now() - startedAt) / 1000).toFixed(1)} s)`;
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
