import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { initialState, onAttemptDue, onFailure, onHello } from '../link/node-state.ts';
import { nodeStatusPath, openStatusWriter, readNodeStatus } from './status-file.ts';

const NOW = 1_000_000;

function setUp(t: TestContext) {
  const stateDir = mkdtempSync(join(tmpdir(), 'node-status-'));
  t.after(() => rmSync(stateDir, { recursive: true, force: true }));
  const warnings: string[] = [];
  const writer = openStatusWriter({
    stateDir,
    deviceId: 'd',
    url: 'ws://h:1/',
    now: () => NOW,
    log: { warn: (text) => void warnings.push(text) },
  });
  return { stateDir, writer, warnings };
}

test('shows state, last error, last and next attempt, readable by the owner only', (t) => {
  const { stateDir, writer } = setUp(t);
  assert.deepEqual(readNodeStatus(stateDir), { kind: 'none' });
  const failed = onFailure(
    initialState(NOW),
    { class: 'unreachable', text: 'refused' },
    { now: NOW, random: 0 },
  );
  writer.publish(initialState(NOW));
  writer.publish(failed);
  const reading = readNodeStatus(stateDir);
  assert.ok(reading.kind === 'status' && reading.isRunning);
  assert.equal(reading.status.pid, process.pid);
  assert.equal(reading.status.lastAttemptAt, NOW);
  assert.equal(reading.status.nextAttemptAt, NOW + 250);
  assert.equal(reading.status.lastError?.text, 'refused');
  assert.equal(statSync(nodeStatusPath(stateDir)).mode & 0o777, 0o600);
  writer.publish(onHello(onAttemptDue(failed, NOW + 250), { url: 'ws://h:1/' }, NOW + 260));
  const later = readNodeStatus(stateDir);
  assert.ok(later.kind === 'status' && later.status.state.state === 'connected');
  assert.equal(later.status.lastError?.text, 'refused', 'what went wrong is still told when it is over');
  assert.equal(later.status.nextAttemptAt, undefined);
});

test('does not write equal news at once, and loses none', (t) => {
  const { stateDir, writer } = setUp(t);
  const pairing = { class: 'pairing', text: 'pairing required', requestId: 'r' } as const;
  let state = onFailure(initialState(NOW), pairing, { now: NOW, random: 0 });
  writer.publish(state);
  const before = readFileSync(nodeStatusPath(stateDir), 'utf8');
  state = onFailure(onAttemptDue(state, NOW + 600), pairing, { now: NOW + 600, random: 0 });
  writer.publish(state);
  assert.equal(readFileSync(nodeStatusPath(stateDir), 'utf8'), before);
  writer.flush();
  const reading = readNodeStatus(stateDir);
  assert.ok(reading.kind === 'status' && reading.status.nextAttemptAt === NOW + 1_100);
});

test('tells a damaged file and a dead writer from a live one', (t) => {
  const { stateDir, writer } = setUp(t);
  writer.publish(initialState(NOW));
  const path = nodeStatusPath(stateDir);
  const status = JSON.parse(readFileSync(path, 'utf8'));
  writeFileSync(path, JSON.stringify({ ...status, startTicks: '1' }));
  const reused = readNodeStatus(stateDir);
  assert.ok(reused.kind === 'status' && !reused.isRunning, 'the pid is in use by another process');
  for (const text of ['', '{', '[]', '{"version":2}', 'null']) {
    writeFileSync(path, text);
    assert.equal(readNodeStatus(stateDir).kind, 'unreadable', text);
  }
});

test('a directory that refuses is said once and stops nothing', (t) => {
  const { stateDir, writer, warnings } = setUp(t);
  rmSync(stateDir, { recursive: true });
  writeFileSync(stateDir, 'in the way');
  writer.publish(initialState(NOW));
  writer.publish(
    onFailure(initialState(NOW), { class: 'unreachable', text: 'refused' }, { now: NOW, random: 0 }),
  );
  assert.equal(warnings.length, 1);
});
