import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forecast } from './forecast.ts';
import type { ServiceManager } from './manager.ts';
import type { UnitFacts } from './show-unit.ts';

const CASES = [
  ['success', false, 0, /was stopped beside its service.*the next restart refuses/, 1],
  ['resources', false, 0, /could not bind \(resources\): the service listens with sockets of its own/, 1],
  ['resources', false, 2, /could not bind .*systemd keeps it open/, 0],
  ['resources', true, 0, /could not bind .*another process holds the port/, 0],
] as const;

for (const [result, isStandby, storedDescriptors, said, commands] of CASES) {
  const when = `${isStandby ? 'a standby' : 'a service'} with ${storedDescriptors} kept sockets`;
  test(`a socket unit that is down (${result}) beside ${when} is explained`, () => {
    const unit = { name: 'x.socket', activeState: 'inactive', result } as UnitFacts; // what is read of it
    const limit = { burst: 5, intervalUsec: '10min', restartUsec: '2s' };
    const service = { activeState: 'active', storedDescriptors, program: '', command: '', startLimit: limit };
    const notes = forecast({
      manager: { scope: 'system' } as ServiceManager, // and of this
      kind: 'gateway',
      service: { ...service, enablement: 'enabled' } as UnitFacts,
      socket: unit,
      files: [],
      isStandby,
      tokenFile: undefined,
    }).filter(({ id }) => id === 'unit/socket');
    assert.equal(notes.length, 1);
    assert.match(notes[0]?.text ?? '', said);
    assert.equal(notes[0]?.commands.length, commands);
  });
}
