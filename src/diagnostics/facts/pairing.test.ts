import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import { openDatabase, resolvePaths } from '../../state/index.ts';
import { contextOf } from '../diagnose.ts';
import { Unavailable } from '../engine/collect-facts.ts';
import type { OwnerFact } from './owner.ts';
import { collectPairing } from './pairing.ts';

function home(t: TestContext) {
  const env = { HOME: mkdtempSync(join(tmpdir(), 'clawdbot-pairing-')) };
  t.after(() => rmSync(env.HOME, { recursive: true, force: true }));
  const paths = resolvePaths(env);
  return { paths, context: contextOf({ env, paths }) };
}

const owner = (fate: OwnerFact['fate']): OwnerFact => ({
  path: '',
  reading: { kind: 'absent' },
  fate,
  hasLock: 'unknown',
  lockedElsewhere: undefined,
  standbys: [],
  stoppedPid: undefined,
  passing: undefined,
});

test('a database that is busy is not called damaged', async (t) => {
  const { paths, context } = home(t);
  openDatabase(paths.database).close();
  const busy = new DatabaseSync(paths.database);
  t.after(() => busy.close());
  busy.exec('PRAGMA locking_mode = EXCLUSIVE; CREATE TABLE held (x)');
  await assert.rejects(collectPairing(context, owner({ kind: 'alive' })), Unavailable);
});

test('one that was made at this moment and has no tables yet is not called damaged', async (t) => {
  const { paths, context } = home(t);
  openDatabase(paths.database).close();
  rmSync(paths.database);
  const fresh = new DatabaseSync(paths.database);
  t.after(() => fresh.close());
  fresh.exec('CREATE TABLE other (x)');
  await assert.rejects(collectPairing(context, owner(undefined)), Unavailable);
});

test('rubbish in its place is called damaged', async (t) => {
  const { paths, context } = home(t);
  openDatabase(paths.database).close();
  writeFileSync(paths.database, 'rubbish'.repeat(1_000));
  assert.equal((await collectPairing(context, owner(undefined))).kind, 'damaged');
});
