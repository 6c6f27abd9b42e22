import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isStopped } from '../../src/supervisor/index.ts';
import { examine, healthySetup, rootIds, until } from '../makers/setup.ts';
import { startProgram } from '../supervisor/program.ts';

test('an owner that was stopped before it served is named, with the command that lets it go on', async (t) => {
  const setup = await healthySetup(t, 'stopped');
  const { stateDir } = setup.paths;
  const args = ['--dir', stateDir, '--port', String(setup.port), '--stop-after-claim'];
  const owner = startProgram(t, 'tiny-gateway.ts', args);
  await until('the owner to stand still', () => isStopped(owner.pid));
  const report = await examine(setup);
  assert.deepEqual(rootIds(report), ['gateway/down']);
  const [finding] = report.findings;
  assert.match(
    finding?.text ?? '',
    new RegExp(`pid ${owner.pid} owns the service and is stopped by a signal`),
  );
  assert.deepEqual(finding?.remedies[0], { kind: 'run', command: ['kill', '-CONT', String(owner.pid)] });
});
