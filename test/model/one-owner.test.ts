import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

const model = join(import.meta.dirname, 'one-owner.pml');

const compiled = new Map<string, string>();
after(() => {
  for (const directory of compiled.values()) rmSync(directory, { recursive: true, force: true });
});

/**
 * All of it at once, `MODEL_DEFINES="KILLS=2 STOPS=1"`, takes 3 minutes (29 million states); larger numbers take more. The
 * default is two models that take seconds.
 */
const chosen = (process.env.MODEL_DEFINES ?? '').split(' ').filter((word) => word !== '');
const models = chosen.length > 0 ? [chosen] : [['KILLS=2'], ['KILLS=1', 'STOPS=1', 'TAKEOVERS=1']];

for (const defines of models) {
  for (const claim of ['oneOwner', 'neverListensWithoutLock', 'handOverKept']) {
    test(`spin finds no way to break ${claim} (${defines.join()})`, (t) => {
      const { errors, states } = verify({ claim, defines });
      assert.equal(errors, 0);
      assert.ok(states > 1000, `only ${states} states: the model does nothing`);
      t.diagnostic(`${claim}: ${states} states`);
    });
  }

  test(`spin finds no way to lose the service while somebody wants to serve (${defines.join()})`, (t) => {
    const { errors, states } = verify({ claim: 'neverLost', defines });
    assert.equal(errors, 0);
    t.diagnostic(`neverLost: ${states} states`);
  });
}

test('spin refutes a lock that is a file somebody can remove', () => {
  assert.equal(verify({ claim: 'oneOwner', defines: ['LOCK_FILE'] }).errors, 1);
});

test('spin refutes a place in the queue that is a file a killed standby leaves behind', () => {
  assert.equal(verify({ claim: 'neverLost', defines: ['PLACE_FILE'] }).errors, 1);
});

test('spin refutes a record that decides instead of the kernel', () => {
  assert.equal(verify({ claim: 'oneOwner', defines: ['RECORD_RULES'] }).errors, 1);
});

test('spin refutes an owner that ends before the new one serves', () => {
  assert.equal(verify({ claim: 'handOverKept', defines: ['NO_RECLAIM'] }).errors, 1);
});

test('spin refutes that one that is stopped when its turn comes gets the lock', () => {
  assert.equal(verify({ claim: 'neverLost', defines: ['STOPPED_OWNS', 'STOPS=1'] }).errors, 1);
});

test('spin refutes a keeper of the listening socket that waits until somebody comes for it', () => {
  assert.equal(verify({ claim: 'neverLost', defines: ['KEEPER_STAYS'] }).errors, 1);
});

test('spin refutes that whoever gets the listening socket serves without the lock', () => {
  assert.equal(verify({ claim: 'neverListensWithoutLock', defines: ['KEPT_IS_OURS'] }).errors, 1);
});

/** Checks one claim exhaustively; the liveness claim under weak fairness. */
function verify(options: { claim: string; defines: readonly string[] }): { errors: number; states: number } {
  const directory = compile(options.defines);
  const fair = options.claim === 'neverLost' ? ['-f'] : [];
  const report = run(directory, './pan', ['-a', ...fair, '-N', options.claim, '-m1000000', '-w25', '-n']);
  assert.doesNotMatch(report, /max search depth too small|out of memory|aborted/);
  return {
    errors: Number(/errors: (\d+)/.exec(report)?.[1] ?? Number.NaN),
    states: Number(/(\d+) states, stored/.exec(report)?.[1] ?? Number.NaN),
  };
}

/** Directory with the verifier for a model; one for all claims about it. */
function compile(defines: readonly string[]): string {
  const known = compiled.get(defines.join());
  if (known !== undefined) return known;
  const directory = mkdtempSync(join(tmpdir(), 'clawdbot-model-'));
  compiled.set(defines.join(), directory);
  run(directory, 'spin', ['-a', ...defines.map((define) => `-D${define}`), model]);
  // Fairness over 6 processes needs NFAIR=3; the memory limit is in MB.
  run(directory, 'gcc', ['-O1', '-w', '-DNFAIR=3', '-DMEMLIM=4096', '-o', 'pan', 'pan.c']);
  return directory;
}

function run(cwd: string, program: string, args: readonly string[]): string {
  return execFileSync(program, args, { cwd, encoding: 'utf8', timeout: 500_000, maxBuffer: 1e7 });
}
