import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { readSupervisorStatus } from '../../src/supervisor/index.ts';
import { freePort } from '../free-port.ts';
import { eventually, type ProgramEvent, startProgram, temporaryDirectory } from './program.ts';
import { type Service, serviceOf, superviseServices, web, when } from './supervised.ts';

test('your own program gets the lock, the port check and a standby', async (t) => {
  const port = await freePort();
  const claim = {
    stateDir: join(temporaryDirectory(t), 'web'),
    addresses: ['127.0.0.1'],
    port,
    onConflict: 'standby',
  };
  const [one, two] = [temporaryDirectory(t), temporaryDirectory(t)];
  const first = superviseServices(t, one, [web('fine', port, { claim })]);
  await first.until(when('web', (s) => s.state.name === 'ready'));
  const second = superviseServices(t, two, [web('fine', port, { claim })]);
  const waits = serviceOf(await second.until(when('web', (s) => s.state.name === 'standby')));
  assert.deepEqual(waits.causes, []);
  first.child.kill('SIGTERM');
  await first.exited;
  await second.until(when('web', (s) => s.state.name === 'ready'));
});

test('your own program is stopped for a take-over, stands by, and is back when the new owner ends or never serves', async (t) => {
  const dir = temporaryDirectory(t);
  const port = await freePort();
  const claim = { stateDir: join(dir, 'web'), addresses: ['127.0.0.1'], port, onConflict: 'standby' };
  const up = superviseServices(t, dir, [web('leaves-child', port, { claim })]);
  const states = () =>
    up.events.filter(({ event }) => event === 'change').map((e) => serviceOf(e).state.name);
  const comesTo = (name: Service['state']['name'], after: number) =>
    eventually(() => (states().slice(after).includes(name) ? states().length : undefined));
  const ready = await comesTo('ready', 0);
  const takeOver = (...more: string[]) =>
    startProgram(t, 'tiny-gateway.ts', [
      ...['--dir', claim.stateDir, '--port', String(port), '--on-conflict', 'takeover'],
      ...more,
    ]);

  const heir = takeOver();
  await heir.until('serving');
  const waits = await comesTo('standby', ready);
  assert.deepEqual(
    serviceOf(up.events.findLast(({ event }) => event === 'change') as ProgramEvent).causes,
    [],
  );
  heir.child.kill('SIGKILL');
  const back = await comesTo('ready', waits);

  await takeOver('--die-after-claim').exited;
  await comesTo('ready', back);
  // In order: the child that ignores SIGTERM would survive a supervisor that is killed.
  up.child.kill('SIGTERM');
  await up.exited;
});

test('your own program is not started beside a foreign listener', async (t) => {
  const port = await freePort();
  await startProgram(t, 'foreign-listener.ts', [String(port)]).until('listening');
  const dir = temporaryDirectory(t);
  const claim = { stateDir: join(dir, 'web'), addresses: ['127.0.0.1'], port, onConflict: 'standby' };
  const up = superviseServices(t, dir, [web('fine', port, { claim })]);
  await up.until(when('web', (s) => s.state.name === 'given-up' && s.causes.length === 1));
  const service = await eventually(async () => {
    const status = await readSupervisorStatus(dir);
    return status.kind === 'running' ? status.services[0] : undefined;
  });
  assert.match(service.deaths[0]?.lastLines[0] ?? '', /already in use by another program/);
});

test('your own program that cannot even be started gives its lock back each time', async (t) => {
  const port = await freePort();
  const dir = temporaryDirectory(t);
  const claim = { stateDir: join(dir, 'web'), addresses: ['127.0.0.1'], port, onConflict: 'standby' };
  const command = ['/bin/sh', 'an argument with a \0'];
  const up = superviseServices(t, dir, [{ name: 'web', command, claim, policy: { maxDeaths: 3 } }]);
  await up.until(when('web', (s) => s.state.name === 'given-up' && s.causes.length === 3));
});

test('your own program goes on when its record cannot be written', async (t) => {
  const port = await freePort();
  const dir = temporaryDirectory(t);
  const claim = { stateDir: join(dir, 'web'), addresses: ['127.0.0.1'], port, onConflict: 'standby' };
  const { command, ...service } = web('fine', port, { claim });
  const spoil = 'rm -f "$0"; mkdir "$0"; exec "$@"';
  const spoiling = ['/bin/sh', '-c', spoil, join(claim.stateDir, 'gateway.holder.json'), ...command];
  const up = superviseServices(t, dir, [{ ...service, command: spoiling }]);
  await up.until(when('web', (s) => s.state.name === 'ready'));
  await up.until(({ line }) => /^cannot write .*gateway\.holder\.json/.test(String(line)));
  up.child.kill('SIGTERM');
  assert.equal((await up.exited).code, 0);
});
