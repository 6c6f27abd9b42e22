import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { clearService, readSupervisorStatus } from '../../src/supervisor/index.ts';
import { supervisorDirectory } from '../../src/supervisor/status-file.ts';
import { freePort } from '../free-port.ts';
import { eventually, startProgram, temporaryDirectory } from './program.ts';
import { fixture, type Service, serviceOf, superviseServices, web, when } from './supervised.ts';

const node = process.execPath;

test('the gateway is ready when its listener echoes, and is drained and stopped on request', async (t) => {
  const dir = temporaryDirectory(t);
  const port = await freePort();
  const command = [node, fixture('tiny-gateway.ts'), '--dir', dir, '--port', String(port)];
  const up = superviseServices(t, dir, [
    { name: 'gateway', command, readiness: { kind: 'gateway', stateDir: dir } },
  ]);
  await up.until(when('gateway', (s) => s.state.name === 'ready'));
  await eventually(async () => (await readSupervisorStatus(dir)).kind === 'running' || undefined);
  up.child.kill('SIGTERM');
  assert.equal((await up.exited).code, 0);
  assert.ok(up.events.some((e) => e.event === 'line' && String(e.line).includes('stop-requested')));
  assert.equal((await readSupervisorStatus(dir)).kind, 'absent');
});

test('a supervised gateway stands by while another one serves, and takes over when that is killed', async (t) => {
  const dir = temporaryDirectory(t);
  const port = await freePort();
  const args = ['--dir', dir, '--port', String(port)];
  const owner = startProgram(t, 'tiny-gateway.ts', args);
  await owner.until('serving');
  const command = [node, fixture('tiny-gateway.ts'), ...args, '--on-conflict', 'standby'];
  const up = superviseServices(t, dir, [
    { name: 'gateway', command, readiness: { kind: 'gateway', stateDir: dir } },
  ]);
  const waits = serviceOf(await up.until(when('gateway', (s) => s.state.name === 'standby')));
  assert.deepEqual(waits.causes, []);
  owner.child.kill('SIGKILL');
  await up.until(when('gateway', (s) => s.state.name === 'ready'));
});

test('a supervised gateway that hands over has not died, however often it does', async (t) => {
  const dir = temporaryDirectory(t);
  const port = await freePort();
  const args = ['--dir', dir, '--port', String(port), '--on-conflict'];
  const gateway = [node, fixture('tiny-gateway.ts'), ...args];
  const up = superviseServices(t, dir, [
    {
      name: 'gateway',
      command: [...gateway, 'fail'],
      commandOnceReady: [...gateway, 'standby'],
      readiness: { kind: 'gateway', stateDir: dir },
      policy: { maxDeaths: 2 },
    },
  ]);
  await up.until(when('gateway', (s) => s.state.name === 'ready'));
  for (let round = 0; round < 3; round += 1) {
    const heir = startProgram(t, 'tiny-gateway.ts', [...args, 'takeover']);
    await heir.until('serving');
    const handedAt = up.events.length;
    const comesTo = (name: Service['state']['name']) =>
      eventually(() => up.events.slice(handedAt).find(when('gateway', (s) => s.state.name === name)));
    assert.deepEqual(serviceOf(await comesTo('standby')).causes, []);
    heir.child.kill('SIGTERM');
    assert.deepEqual(serviceOf(await comesTo('ready')).causes, []);
  }
});

for (const how of ['SIGSTOP', 'blocks-loop'] as const) {
  test(`a gateway or program that is stuck (${how}) is found and replaced`, async (t) => {
    const dir = temporaryDirectory(t);
    const port = await freePort();
    const up = superviseServices(t, dir, [web(how === 'SIGSTOP' ? 'fine' : how, port)]);
    const ready = serviceOf(await up.until(when('web', (s) => s.state.name === 'ready')));
    assert.ok(ready.state.name === 'ready');
    const first = ready.state.pid;
    if (how === 'SIGSTOP') process.kill(first, 'SIGSTOP');
    await up.until(when('web', (s) => s.causes.includes('stuck')));
    await up.until(when('web', (s) => s.state.name === 'ready' && s.state.pid !== first));
  });
}

test('a program that never becomes ready is ended at its deadline, not before', async (t) => {
  const dir = temporaryDirectory(t);
  const startedAt = Date.now();
  const up = superviseServices(t, dir, [
    web('never-listens', await freePort(), { patience: { startMs: 1500 } }),
  ]);
  const died = await up.until(when('web', (s) => s.causes.includes('not ready')));
  assert.ok(died.atMs - startedAt >= 1500);
});

test('permanent causes are tried once', async (t) => {
  const dir = temporaryDirectory(t);
  const service = (name: string, command: string[]) => ({ name, command });
  const up = superviseServices(t, dir, [
    service('config', ['/bin/sh', '-c', 'exit 78']),
    service('refused', ['/bin/sh', '-c', 'exit 69']),
    service('missing', ['/nonexistent/program']),
    service('forbidden', ['/etc/passwd']),
  ]);
  for (const name of ['config', 'refused', 'missing', 'forbidden']) {
    await up.until(when(name, (s) => s.state.name === 'given-up' && s.causes.length === 1));
  }
});

test('too many deaths end in given-up, which survives the supervisor and ends with clear', async (t) => {
  const dir = temporaryDirectory(t);
  const services = [
    { name: 'dies', command: ['/bin/sh', '-c', 'echo the last words; exit 3'], policy: { maxDeaths: 3 } },
  ];
  const first = superviseServices(t, dir, services);
  await first.until(when('dies', (s) => s.state.name === 'given-up' && s.causes.length === 3));
  // Told a moment before it is written down.
  const deaths = await eventually(async () => {
    const status = await readSupervisorStatus(dir);
    const known = status.kind === 'running' ? status.services[0]?.deaths : undefined;
    return known?.length === 3 ? known : undefined;
  });
  assert.deepEqual(deaths.at(-1)?.lastLines, ['the last words']);
  first.child.kill('SIGKILL');
  await first.exited;
  const second = superviseServices(t, dir, services);
  await second.until(when('dies', (s) => s.state.name === 'given-up' && s.causes.length === 3));
  assert.deepEqual(await clearService(dir, 'dies'), { kind: 'cleared-and-told' });
  await second.until(when('dies', (s) => s.state.name === 'given-up' && s.causes.length === 6));
});

test('a second supervisor of the same state directory is refused with the name of the first', async (t) => {
  const dir = temporaryDirectory(t);
  const services = [{ name: 'sleeps', command: ['sleep', '100'] }];
  const first = superviseServices(t, dir, services);
  await first.until(when('sleeps', (s) => s.state.name === 'ready'));
  const second = superviseServices(t, dir, services);
  assert.match(
    String((await second.until('refused')).text),
    new RegExp(`another supervisor does \\(pid ${first.pid}`),
  );
  assert.equal((await second.exited).code, 78);
});

test('a disk that takes no notes ends no service', async (t) => {
  const dir = temporaryDirectory(t);
  const notes = supervisorDirectory(dir);
  // Nothing can be renamed to where a directory is.
  for (const name of ['sleeps.history.json', 'status.json'])
    mkdirSync(join(notes, name), { recursive: true });
  const up = superviseServices(t, dir, [{ name: 'sleeps', command: ['sleep', '100'] }]);
  await up.until(when('sleeps', (s) => s.state.name === 'ready'));
  for (const name of ['sleeps.history.json', 'status.json'])
    await up.until(({ line }) => String(line).startsWith(`cannot write ${join(notes, name)}`));
  up.child.kill('SIGTERM');
  assert.equal((await up.exited).code, 0);
});
