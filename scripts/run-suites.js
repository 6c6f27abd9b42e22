// Runs under Node 24 (see test.js). Static checks, build, then each suite; the last line is `N passed, N failed, N skipped`.
import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { join } from 'node:path';
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

const total = { passed: 0, failed: 0, skipped: 0 };
const lines = [];

if (named.length === 0) step('check', 'npm', ['run', '--silent', 'check']);
step('build', process.execPath, ['scripts/build.js']);
for (const suite of chosen) await runSuite(suite);

console.log(`\n${lines.join('\n')}\n`);
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exit(total.failed === 0 ? 0 : 1);

/** A command that counts as one test. */
function step(name, command, args) {
  const startedAt = performance.now();
  const { status } = spawnSync(command, args, { stdio: 'inherit' });
  const ok = status === 0;
  total[ok ? 'passed' : 'failed'] += 1;
  lines.push(`${name.padEnd(12)} ${ok ? 'ok' : 'FAILED'} ${seconds(startedAt)}`);
}

async function runSuite({ name, files, needs = [], serial = false }) {
  const paths = globSync(files).sort();
  if (paths.length === 0) return;
  const missing = installPackages(needs);
  if (missing.length > 0) {
    total.skipped += paths.length;
    lines.push(
      `${name.padEnd(12)} skipped: needs the Debian packages ${missing.join(', ')} (run as root to have them installed)`,
    );
    return;
  }
  const startedAt = performance.now();
  const count = { passed: 0, failed: 0, skipped: 0 };
  const reasons = new Map();
  const stream = runTests({ files: paths, concurrency: serial ? 1 : 2, timeout: 600_000 });
  stream.on('test:pass', (event) => {
    if (event.details?.type === 'suite') return;
    if (event.skip === undefined) count.passed += 1;
    else {
      count.skipped += 1;
      reasons.set(event.skip || 'no reason given', (reasons.get(event.skip || 'no reason given') ?? 0) + 1);
    }
  });
  stream.on('test:fail', (event) => {
    if (event.details?.type !== 'suite') count.failed += 1;
  });
  console.log(`\n── ${name} ──`);
  await new Promise((resolve) =>
    stream.compose(new spec()).on('end', resolve).pipe(process.stdout, { end: false }),
  );
  for (const key of ['passed', 'failed', 'skipped']) total[key] += count[key];
  lines.push(
    `${name.padEnd(12)} ${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped ${seconds(startedAt)}`,
  );
  for (const [reason, times] of reasons) lines.push(`${''.padEnd(12)}   skipped ${times}: ${reason}`);
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
