/**
 * The same faults for this doctor and the published Clawdbot 2026.1.24-3 `doctor --non-interactive`, side by side; the
 * table goes into docs/doctor.md. Not a test: `node test/diagnostics/compare-published.ts [DIRECTORY]` keeps what the
 * published one said in DIRECTORY, one file a fault.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { commandOf, environmentOf } from '../interop/lib/software.ts';
import type { Maker } from '../makers/maker.ts';
import { examine, healthySetup, rootIds } from '../makers/setup.ts';

/** Fault, and what in the published doctor's output counts as having said so. Generous: a hint is enough. */
const FAULTS: Readonly<Record<string, RegExp>> = {
  'gateway-down': /gateway not running|not running|unreachable|ECONNREFUSED/i,
  'port-stuck': /hung|stuck|not answer|no answer|timed? ?out|timeout|stopped by a signal/i,
  'port-foreign': /already in use|port .* (held|used|busy)|another (process|program)/i,
  'port-drift': /port.*(mismatch|differ|expected)|listens? on/i,
  'config-write': /invalid|parse|JSON5|syntax/i,
  'config-unknown-key': /unknown|unrecognized/i,
  'config-modes': /permission|chmod|mode|readable by/i,
  'lock-owner-dead': /stale lock|dead process|lock file/i,
  'unit-runtime-gone': /(ExecStart|unit|service).*(does not exist|missing|not found|gone)/i,
  'unit-orphans': /KillMode|children/i,
  'storm-limiter': /StartLimit/i,
  'sec-secrets': /token.*(unit|service)|permission.*unit|0644/i,
  'exec-store': /exec-approvals/i,
  'exec-wrapper': /\/bin\/sh|approvals?.*(wide|broad|shell)/i,
  'tls-plaintext': /plain|wss:|unencrypted|without TLS/i,
};

const directory = process.argv[2];
const rows: string[] = [];

for (const [name, accepted] of Object.entries(FAULTS)) {
  await test(name, async (t) => {
    const { maker }: { maker: Maker } = await import(join('..', 'makers', `${name}.ts`));
    const setup = await healthySetup(t, maker.base);
    const broken = await maker.make(setup);
    const report = await examine(setup, broken);
    const [program, ...args] = commandOf('real', ['doctor', '--non-interactive']);
    const startedAt = performance.now();
    const ran = spawnSync(program, args, {
      env: environmentOf('real', setup.home),
      encoding: 'utf8',
      timeout: 120_000,
      input: '',
    });
    const theirMs = performance.now() - startedAt;
    const said = `${ran.stdout}${ran.stderr}`;
    if (directory !== undefined) {
      mkdirSync(directory, { recursive: true });
      writeFileSync(join(directory, `${name}.txt`), said);
    }
    // A stopped process would not end with the test.
    if (maker.mend !== undefined && 'byHand' in maker.mend) await maker.mend.byHand(setup);
    setup.gateway?.child.kill('SIGCONT');
    const isNamed = rootIds(report).includes(maker.id);
    const words = accepted.exec(said)?.[0];
    rows.push(
      `| \`${maker.id}\` | ${isNamed ? 'yes' : 'no'} | ${report.durationMs} ms | ${words === undefined ? 'no' : `yes ("${words}")`} | ${(theirMs / 1000).toFixed(1)} s | ${ran.status} |`,
    );
  });
}
console.log(`\n${rows.join('\n')}`);
