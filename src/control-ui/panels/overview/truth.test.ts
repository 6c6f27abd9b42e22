import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type OverviewFacts, truth } from './truth.ts';

const WELL: OverviewFacts = {
  host: '127.0.0.1:18789',
  routeUrl: undefined,
  isConnected: true,
  readiness: { ready: true, reasons: [] },
  nodes: [{ connected: true }, { connected: true }, { connected: true }],
  pendingDevices: 0,
  pendingApprovals: 0,
  doctor: { summary: { error: 0, warning: 0, advice: 2, unknown: 0, ok: 90 } },
  isDoctorSilent: false,
};

const sayings: [what: string, facts: Partial<OverviewFacts>, tone: string, text: string][] = [
  ['all is well', {}, 'good', 'Serving on 127.0.0.1:18789: 3 nodes connected.'],
  [
    'published, and one waits',
    { routeUrl: 'https://home.tail.ts.net:18789', pendingDevices: 1 },
    'wait',
    'Serving on 127.0.0.1:18789 and https://home.tail.ts.net:18789: 3 nodes connected, 1 device waits for approval.',
  ],
  ['nobody there', { nodes: [] }, 'good', 'Serving on 127.0.0.1:18789: no nodes yet.'],
  [
    'one is away',
    { nodes: [{ connected: true }, { connected: false }] },
    'warn',
    'Serving on 127.0.0.1:18789: 1 node connected, 1 offline.',
  ],
  [
    'an error is worse than somebody who waits',
    { pendingApprovals: 1, doctor: { summary: { error: 1, warning: 0, advice: 0, unknown: 0, ok: 9 } } },
    'bad',
    'Serving on 127.0.0.1:18789: 3 nodes connected, 1 command waits for an answer, 1 problem found.',
  ],
  [
    'not ready',
    { readiness: { ready: false, reasons: ['the database does not answer'] } },
    'bad',
    'The gateway is not ready: the database does not answer.',
  ],
  ['nothing is known yet', { nodes: undefined, doctor: undefined }, 'idle', 'Serving on 127.0.0.1:18789.'],
  [
    'the doctor has not looked yet',
    { doctor: undefined },
    'idle',
    'Serving on 127.0.0.1:18789: 3 nodes connected.',
  ],
  ['there is no doctor', { doctor: null }, 'good', 'Serving on 127.0.0.1:18789: 3 nodes connected.'],
  [
    'the doctor does not answer',
    { doctor: undefined, isDoctorSilent: true },
    'warn',
    'Serving on 127.0.0.1:18789: 3 nodes connected.',
  ],
  ['lost', { isConnected: false }, 'bad', 'No connection to 127.0.0.1:18789; nothing below is certain.'],
];

for (const [what, facts, tone, text] of sayings) {
  test(`says in one sentence: ${what}`, () => assert.deepEqual(truth({ ...WELL, ...facts }), { tone, text }));
}
