import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RunningGateway } from '../../../gateway/index.ts';
import type { ServiceNotifier } from '../../../supervisor/systemd/index.ts';
import { reportGateway } from './service-report.ts';

test('a gateway that is closed is not counted any more, though its process lives on', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] });
  const said: string[] = [];
  const manager = {
    isActive: true,
    ready: () => said.push('ready'),
    status: () => said.push('status'),
  } as unknown as ServiceNotifier; // what a report about serving uses
  const closed = Promise.withResolvers<void>();
  let isOpen = true;
  const listPending = (): unknown[] => {
    if (!isOpen) throw new Error('statement has been finalized');
    return [];
  };
  const gateway = {
    addresses: ['127.0.0.1:1'],
    core: {
      exposure: { state: 'private' },
      nodes: { nodeIds: () => [] },
      store: { devices: { listPending } },
      now: () => 0,
      troubles: () => [],
    },
    closed: closed.promise,
  } as unknown as RunningGateway; // what the line is made of
  reportGateway(manager, { worst: () => undefined }).onServing(gateway);
  t.mock.timers.tick(5_000);
  isOpen = false;
  closed.resolve();
  await closed.promise;
  t.mock.timers.tick(60_000);
  assert.deepEqual(said, ['ready', 'status']);
});
