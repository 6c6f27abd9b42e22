import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ClassifiedListener } from './classify-port.ts';
import { explainRefusal } from './explain-conflict.ts';
import type { HolderRecord } from './holder-types.ts';

const record = {
  pid: process.pid,
  uid: 1000,
  service: 'clawdbot-gateway',
  version: '0.1.0',
  addresses: [],
  state: { name: 'serving' },
  since: { wallMs: 0, monotonicMs: 0 },
  starter: { kind: 'unit', scope: 'user', unit: 'clawdbot-gateway.service' },
} as unknown as HolderRecord; // what the explanation reads

/** What is offered to uid when the owner is a user unit whose port is listened on by programs of these names. */
function offered(names: readonly string[], uid: number): string[] {
  const holders = names.map((name, at) => ({
    pid: at + 2,
    name,
    starter: record.starter,
    ageMs: 0,
    uid: 1000,
  }));
  const listener = { holders, family: 'ipv4', address: '127.0.0.1', port: 1, class: 'ours', why: 'x' };
  const { remedies } = explainRefusal({
    decision: { action: 'refuse', code: 'lock/held', reason: 'gateway already running' },
    stateDir: '/s',
    port: {
      kind: 'taken',
      port: 1,
      class: 'ours',
      listeners: [listener as unknown as ClassifiedListener], // what the explanation reads
    },
    holder: { kind: 'present', record },
    fate: { kind: 'alive' },
    cli: ['clawdbot'],
    uid,
    nowMs: 0,
  });
  return remedies.map((remedy) => (remedy.kind === 'run' ? remedy.command.join(' ') : remedy.text));
}

test('a take-over is offered only where the sockets can be handed over', () => {
  assert.deepEqual(offered(['clawdbot-gatewa'], 1000), [
    'clawdbot gateway status',
    'systemctl --user stop clawdbot-gateway.service',
    'clawdbot gateway takeover',
  ]);
  // Stopping the service alone would leave the port with systemd.
  assert.deepEqual(offered(['clawdbot-gatewa', 'systemd'], 1000), [
    'clawdbot gateway status',
    'clawdbot gateway stop',
    'clawdbot gateway run',
  ]);
  assert.doesNotMatch(offered(['clawdbot-gatewa', 'systemd'], 0).join(), /takeover|gateway run/);
});
