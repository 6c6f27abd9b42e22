import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { inspectListeners } from '../../src/supervisor/index.ts';
import { makeRunGroup, removeRunGroup, sweepRunGroups } from '../../src/supervisor/run-group.ts';
import { readStatusFile, supervisorDirectory } from '../../src/supervisor/status-file.ts';
import { cleanUp } from '../clean-up.ts';
import { freePort } from '../free-port.ts';
import { eventually, temporaryDirectory } from './program.ts';
import { superviseServices, web, when } from './supervised.ts';

/** The account `nobody` of Debian. */
const NOBODY = 65_534;

test('a program that ignores SIGTERM is killed, and so is a detached child that keeps the port', async (t) => {
  const dir = temporaryDirectory(t);
  const port = await freePort();
  const up = superviseServices(t, dir, [web('leaves-child', port)]);
  await up.until(when('web', (s) => s.state.name === 'ready'));
  assert.equal(inspectListeners({ port }).length, 1);
  up.child.kill('SIGTERM');
  assert.equal((await up.exited).code, 0);
  assert.deepEqual(inspectListeners({ port }), []);
});

test('where there is a cgroup to have, not even a child without environment, session and parent survives', async (t) => {
  const group = makeRunGroup('test');
  if (group === undefined) return t.skip('no cgroup v2 hierarchy that this account may divide');
  removeRunGroup(group);
  const dir = temporaryDirectory(t);
  const port = await freePort();
  // Ready without a look at the port: whether the supervisor sees the child at all is what is asked.
  const hides = web('hides-child', port, {
    readiness: { kind: 'alive' },
    patience: { drainMs: 300, termMs: 300 },
  });
  const up = superviseServices(t, dir, [hides]);
  await eventually(() => inspectListeners({ port }).length === 1 || undefined);
  // The program may listen before the supervisor has written down that it started it.
  const mark = await eventually(() => readStatusFile(supervisorDirectory(dir))?.runs[0]);
  assert.equal(existsSync(mark.group ?? ''), true);
  up.child.kill('SIGTERM');
  await up.exited;
  assert.deepEqual(inspectListeners({ port }), []);
  assert.equal(existsSync(mark.group ?? ''), false);
});

test('another supervisor removes the empty groups of those that ended, and none that is about to be entered', async (t) => {
  const group = makeRunGroup('living');
  if (group === undefined) return t.skip('no cgroup v2 hierarchy that this account may divide');
  t.after(() => removeRunGroup(group));
  const file = join(import.meta.dirname, '../../src/supervisor/run-group.ts');
  const code = `import { makeRunGroup } from ${JSON.stringify(file)}; console.log(makeRunGroup('ended')); setInterval(() => {}, 1e6);`;
  // It lives until it was looked at: as soon as it ended, every supervisor of this machine may remove the group.
  const maker = spawn(process.execPath, ['--input-type=module', '-e', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  cleanUp(t, () => maker.kill('SIGKILL'));
  const ended = once(maker, 'exit');
  const made = String((await once(maker.stdout, 'data'))[0]).trim();
  assert.ok(existsSync(made));
  maker.kill('SIGKILL');
  await ended;
  sweepRunGroups();
  assert.equal(existsSync(made), false);
  assert.ok(existsSync(group));
});

test('without a cgroup of its own a run is known by session, mark and parent', async (t) => {
  if (process.getuid?.() !== 0) return t.skip('needs root to become another account');
  const dir = temporaryDirectory(t);
  chownSync(dir, NOBODY, NOBODY);
  const port = await freePort();
  const prefix = ['setpriv', '--reuid', String(NOBODY), '--regid', String(NOBODY), '--clear-groups'];
  const up = superviseServices(t, dir, [web('leaves-child', port)], prefix);
  await up.until(when('web', (s) => s.state.name === 'ready'));
  assert.deepEqual(
    readStatusFile(supervisorDirectory(dir))?.runs.map(({ group }) => group),
    [undefined],
  );
  up.child.kill('SIGTERM');
  assert.equal((await up.exited).code, 0);
  assert.deepEqual(inspectListeners({ port }), []);
});

test('what a killed supervisor leaves behind is ended by the next one before anything starts', async (t) => {
  const dir = temporaryDirectory(t);
  const port = await freePort();
  const claim = { stateDir: join(dir, 'web'), addresses: ['127.0.0.1'], port, onConflict: 'standby' };
  const first = superviseServices(t, dir, [web('leaves-child', port, { claim })]);
  await first.until(when('web', (s) => s.state.name === 'ready'));
  const orphan = inspectListeners({ port })[0]?.holders[0]?.pid;
  first.child.kill('SIGKILL');
  await first.exited;
  const second = superviseServices(t, dir, [web('fine', port, { claim })]);
  await second.until(when('web', (s) => s.state.name === 'ready'));
  assert.notEqual(inspectListeners({ port })[0]?.holders[0]?.pid, orphan);
});
