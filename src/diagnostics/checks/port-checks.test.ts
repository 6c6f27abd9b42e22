import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CHECKS } from './registry.ts';

test('a service whose sockets belong to systemd gets its new port by an install, not by a take-over', () => {
  const drift = CHECKS.find(({ id }) => id === 'port/drift');
  const facts = {
    units: { units: [] },
    config: { settings: { port: 2, sources: { port: 'config' } } },
    port: { kind: 'free', port: 2, nearby: [] },
    gateways: [{ whose: 'ours', pid: 7, address: '127.0.0.1', port: 1 }],
    owner: {},
  };
  const service = { unit: { name: 'g.service' }, notes: [{ id: 'port/drift', text: 'the socket wins' }] };
  const commandsOf = (gatewayService: unknown): unknown => {
    const judged = drift?.judge({ ...facts, gatewayService } as never); // what the check reads
    assert.ok(judged?.kind === 'problem');
    return judged.remedies.map((remedy) => (remedy.kind === 'run' ? remedy.command.slice(1).join(' ') : ''));
  };
  assert.deepEqual(commandsOf(service), ['gateway install', 'listeners --all']);
  assert.deepEqual(commandsOf(undefined), ['gateway takeover', 'listeners --all']);
});
