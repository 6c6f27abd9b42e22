import assert from 'node:assert/strict';
import { chmodSync, statSync } from 'node:fs';
import { test } from 'node:test';
import type { AgedDoctorReport, DoctorRepair, ServiceStatusView } from '../../src/protocol/index.ts';
import { run } from '../cli/driver.ts';
import { healthySetup } from '../makers/setup.ts';

test('a running gateway has the doctor look, shares one look, repairs what is safe and says who owns it', async (t) => {
  const setup = await healthySetup(t, 'serving');
  async function call<T>(method: string, params: object = {}): Promise<T> {
    const { stdout, stderr, status } = await run(
      t,
      ['gateway', 'call', method, '--params', JSON.stringify(params), '--json'],
      { home: setup.home },
    );
    assert.equal(status, 0, stderr);
    return JSON.parse(stdout);
  }
  const [first, second] = await Promise.all([
    call<AgedDoctorReport>('doctor.report'),
    call<AgedDoctorReport>('doctor.report', { only: ['config'] }),
  ]);
  assert.deepEqual(first.findings, [], JSON.stringify(first.findings));
  assert.equal(first.generatedAt, second.generatedAt);
  assert.ok(second.checks.every(({ id }) => id.startsWith('config/')));

  chmodSync(setup.paths.config, 0o644);
  const planned = await call<DoctorRepair>('doctor.fix', { ids: ['config'], dryRun: true });
  assert.deepEqual(
    planned.planned.map(({ id }) => id),
    ['config/modes'],
  );
  assert.equal(statSync(setup.paths.config).mode & 0o777, 0o644);
  const repair = await call<DoctorRepair>('doctor.fix', { ids: ['config/modes'] });
  assert.deepEqual(
    repair.did.map(({ result }) => result.kind),
    ['done'],
  );
  assert.equal(statSync(setup.paths.config).mode & 0o777, 0o600);
  assert.deepEqual((await call<AgedDoctorReport>('doctor.report')).findings, []);

  const service = await call<ServiceStatusView>('service.status');
  assert.equal(service.owner?.pid, setup.gateway?.child.pid);
  assert.equal(service.owner?.hasLock, 'yes');
  assert.ok(service.listeners.every(({ class: whose }) => whose === 'ours'));
  const ready = await fetch(`http://127.0.0.1:${setup.port}/readyz`);
  assert.deepEqual(await ready.json(), { ready: true, reasons: [], findings: [] });
});
