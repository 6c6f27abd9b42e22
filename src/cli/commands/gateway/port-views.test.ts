import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseUnitFacts } from '../../../supervisor/systemd/show-unit.ts';
import { type PortFindings, portViews } from './port-views.ts';

type Service = NonNullable<PortFindings['service']>;

function findings(unit: string, socket: string | undefined): PortFindings {
  return {
    config: { port: 18_789, source: 'config', path: '/c.json', remark: '' },
    shellPort: undefined,
    service: {
      unit: parseUnitFacts('g.service', `LoadState=loaded\n${unit}`),
      socket: socket === undefined ? undefined : parseUnitFacts('g.socket', socket),
    } as Service, // nothing else is read
    listeners: [],
    probe: undefined,
  };
}

const COMMAND = 'ExecStart={ path=/n ; argv[]=/n x.js gateway run --port 19000 ; ignore_errors=no }';
const OPEN = 'ActiveState=active\nListen=127.0.0.1:18789 (Stream)';
const FAILED = 'ActiveState=failed\nResult=resources\nListen=127.0.0.1:18789 (Stream)';

for (const [what, unit, socket, winner] of [
  ['an open socket unit', COMMAND, OPEN, 'socket unit'],
  ['sockets in keeping, with a socket unit that failed', 'NFileDescriptorStore=2', FAILED, 'kept sockets'],
  ['the port in the command, without a socket', COMMAND, undefined, 'command'],
  [
    'the port in the environment of the unit',
    'Environment=A=1 CLAWDBOT_GATEWAY_PORT=19001',
    undefined,
    'command',
  ],
  ['the config, where nobody else says anything', '', undefined, 'config'],
] as const) {
  test(`what wins is ${what}`, () => {
    const rows = portViews(findings(unit, socket));
    assert.deepEqual(
      rows.filter(({ port }) => port.endsWith('<- wins')).map(({ view }) => view),
      [winner],
    );
  });
}

test('a port of this shell is shown as one that the service does not see', () => {
  const rows = portViews({ ...findings('', undefined), shellPort: '1234' });
  assert.deepEqual(
    rows.find(({ view }) => view === 'shell'),
    { view: 'shell', port: '1234', detail: 'CLAWDBOT_GATEWAY_PORT, for commands typed here only' },
  );
});
