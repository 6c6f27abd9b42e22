import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { GatewayDoctor } from '../../src/gateway/index.ts';
import type { DoctorNews, DoctorReport } from '../../src/protocol/index.ts';
import { startTestGateway } from './support/gateway.ts';
import { connectNode, connectOperator } from './support/peers.ts';

const summary = { error: 1, warning: 0, advice: 0, unknown: 0, ok: 1 };
const brief = { id: 'port/stuck', severity: 'error', title: 'Stuck', text: 'pid 1 does not answer' } as const;
const REPORT: DoctorReport = {
  schemaVersion: 1,
  generatedAt: '2026-01-01T00:00:00.000Z',
  durationMs: 1,
  subject: { stateDir: '/s', config: '/c', profile: 'default', account: 'a', uid: 1, port: 1, version: 'v' },
  summary,
  findings: [
    {
      ...brief,
      outcome: 'problem',
      why: '',
      evidence: {},
      remedies: [],
      fix: { available: false, steps: [] },
      hides: [],
    },
  ],
  checks: [
    { id: 'port/stuck', outcome: 'problem', durationMs: 0 },
    { id: 'unit/linger', outcome: 'ok', durationMs: 0 },
  ],
};
const chapter = (id: string) =>
  ({ id, title: id, severity: 'error', level: 'ready', why: '', manual: '', causes: [] }) as const;

type StandIn = GatewayDoctor & { tell: (news: DoctorNews) => void; fixed: unknown[]; onFix: () => void };

function standInDoctor(): StandIn {
  const listeners = new Set<(news: DoctorNews) => void>();
  const fixed: unknown[] = [];
  const standIn: StandIn = {
    fixed,
    onFix: () => {},
    tell: (news) => {
      for (const listener of listeners) listener(news);
    },
    report: async () => ({ ...REPORT, ageMs: 3 }),
    list: async () => [chapter('port/stuck'), chapter('unit/linger')],
    explain: async (id) => (id === 'port/stuck' ? chapter(id) : undefined),
    fix: async (options) => {
      standIn.onFix();
      fixed.push(options);
      return { planned: [], did: [], stillThere: [], report: REPORT };
    },
    service: async () => {
      throw new Error('not asked here');
    },
    readiness: async () => [brief],
    worst: () => brief,
    onNews: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  return standIn;
}

test('doctor.report gives the report with its age, or the part of a whole look that is asked for', async (t) => {
  const gateway = await startTestGateway(t, { doctor: standInDoctor() });
  const operator = await connectOperator(gateway, { scopes: ['operator.read'] });
  const whole = (await operator.request('doctor.report', {})) as DoctorReport & { ageMs: number };
  assert.deepEqual([whole.ageMs, whole.findings.length, whole.checks.length], [3, 1, 2]);
  const part = (await operator.request('doctor.report', { only: ['unit'] })) as DoctorReport;
  assert.deepEqual([part.findings, part.checks.map(({ id }) => id)], [[], ['unit/linger']]);
  await assert.rejects(operator.request('doctor.report', { only: ['por'] }), /there is no check "por"/);
  await assert.rejects(operator.request('doctor.explain', { id: 'x/y' }), /there is no check "x\/y"/);
});

test('only an admin repairs; a node is told nothing', async (t) => {
  const doctor = standInDoctor();
  const gateway = await startTestGateway(t, { doctor });
  const reader = await connectOperator(gateway, { scopes: ['operator.read'] });
  await assert.rejects(
    reader.request('doctor.fix', { ids: ['port/stuck'] }),
    /missing scope: operator.admin/,
  );
  const admin = await connectOperator(gateway);
  await admin.request('doctor.fix', { ids: ['port/stuck'], dryRun: true });
  assert.deepEqual(doctor.fixed, [{ ids: ['port/stuck'], dryRun: true, risk: 'safe', keep: undefined }]);
  // What may end this very gateway is written down before it is done, by whom, and only when it is done.
  const audited = () =>
    gateway.core.store.audit.list({ limit: 9 }).filter(({ action }) => action === 'doctor.fix');
  await admin.request('doctor.fix', {
    ids: ['port/stuck'],
    risk: 'interrupts',
    keep: 'service',
    dryRun: true,
  });
  assert.deepEqual(audited(), []);
  let auditedBefore = 0;
  doctor.onFix = () => {
    auditedBefore = audited().length;
  };
  await admin.request('doctor.fix', { ids: ['port/stuck'], risk: 'interrupts', keep: 'service' });
  assert.deepEqual(doctor.fixed.at(-1), {
    ids: ['port/stuck'],
    dryRun: false,
    risk: 'interrupts',
    keep: 'service',
  });
  assert.deepEqual([auditedBefore, audited().length], [1, 1]);
  const node = await connectNode(gateway);
  await assert.rejects(node.request('doctor.report', {}), /unauthorized role/);
  await reader.request('doctor.report', {});
  const news = { generatedAt: REPORT.generatedAt, summary, worst: brief };
  doctor.tell(news);
  await reader.request('health', {});
  await admin.request('health', {});
  await node.request('node.event', { event: 'x' }).catch(() => {});
  assert.deepEqual(
    reader.events.filter(({ event }) => event === 'doctor').map(({ payload }) => payload),
    [news],
  );
  assert.deepEqual(
    admin.events.filter(({ event }) => event === 'doctor'),
    [],
    'it has not asked',
  );
  assert.deepEqual(
    node.events.filter(({ event }) => event === 'doctor'),
    [],
  );
});

test('/readyz tells what the doctor knows and stays 200: findings are no refusal', async (t) => {
  const gateway = await startTestGateway(t, { doctor: standInDoctor() });
  const response = await fetch(`http://127.0.0.1:${gateway.port}/readyz`);
  assert.deepEqual(
    [response.status, await response.json()],
    [200, { ready: true, reasons: [], findings: [brief] }],
  );
});

test('a gateway without a doctor says so', async (t) => {
  const gateway = await startTestGateway(t);
  const operator = await connectOperator(gateway);
  await assert.rejects(operator.request('service.status', {}), /started without a doctor/);
});
