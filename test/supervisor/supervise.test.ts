import assert from 'node:assert/strict';
import { chownSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import {
  clearService,
  inspectListeners,
  readSupervisorStatus,
  type ServiceStatus,
} from '../../src/supervisor/index.ts';
import { makeRunGroup, removeRunGroup } from '../../src/supervisor/run-group.ts';
import { readStatusFile, supervisorDirectory } from '../../src/supervisor/status-file.ts';
import {
  eventually,
  freePort,
  type Program,
  type ProgramEvent,
  startProgram,
  temporaryDirectory,
} from './program.ts';

const node = process.execPath;
const fixture = (name: string) => join(import.meta.dirname, 'fixtures', name);

type Service = Pick<ServiceStatus, 'name' | 'state'> & { causes: string[] };

function superviseServices(
  t: TestContext,
  dir: string,
  services: readonly object[],
  prefix: readonly string[] = [],
): Program {
  const args = ['--dir', dir, '--services', JSON.stringify(services)];
  return startProgram(t, 'run-supervisor.ts', args, { prefix });
}

/** The account `nobody` of Debian. */
const NOBODY = 65_534;

/** Fits a change in which the named service satisfies the condition. */
const when = (name: string, holds: (service: Service) => boolean) => (event: ProgramEvent) => {
  const services = event.services as Service[] | undefined; // written by run-supervisor.ts
  return event.event === 'change' && services?.some((s) => s.name === name && holds(s)) === true;
};
const serviceOf = (event: ProgramEvent) => (event.services as Service[])[0] as Service; // the tests have one service

const web = (how: string, port: number, extra: object = {}) => ({
  name: 'web',
  command: [node, fixture('misbehaves.ts'), '--how', how, '--port', String(port), '--after', '600'],
  readiness: { kind: 'http', url: `http://127.0.0.1:${port}/` },
  ...extra,
});

test('the gateway is ready when its listener echoes, and is drained and stopped on request', async (t) => {
  const dir = temporaryDirectory(t);
  const port = await freePort();
  const command = [node, fixture('tiny-gateway.ts'), '--dir', dir, '--port', String(port)];
  const up = superviseServices(t, dir, [
    { name: 'gateway', command, readiness: { kind: 'gateway', stateDir: dir } },
  ]);
  await up.until(when('gateway', (s) => s.state.name === 'ready'));
  const status = await readSupervisorStatus(dir);
  assert.equal(status.kind, 'running');
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

test('a program that ignores SIGTERM is killed, and so is a detached child that keeps the port', async (t) => {
  const dir = temporaryDirectory(t);
  const port = await freePort();
  const up = superviseServices(t, dir, [web('leaves-child', port)]);
  await up.until(when('web', (s) => s.state.name === 'ready'));
  assert.equal(inspectListeners({ port }).length, 1);
  up.child.kill('SIGTERM');
  assert.equal((await up.exited).code, 0);
  assert.deepEqual(inspectListeners({ port }), []);
});

test('where there is a cgroup to have, not even a child without environment, session and parent survives', async (t) => {
  const group = makeRunGroup('test');
  if (group === undefined) return t.skip('no cgroup v2 hierarchy that this account may divide');
  removeRunGroup(group);
  const dir = temporaryDirectory(t);
  const port = await freePort();
  // Ready without a look at the port: whether the supervisor sees the child at all is what is asked.
  const hides = web('hides-child', port, {
    readiness: { kind: 'alive' },
    patience: { drainMs: 300, termMs: 300 },
  });
  const up = superviseServices(t, dir, [hides]);
  await eventually(() => inspectListeners({ port }).length === 1 || undefined);
  const [mark] = readStatusFile(supervisorDirectory(dir))?.runs ?? [];
  assert.equal(existsSync(mark?.group ?? ''), true);
  up.child.kill('SIGTERM');
  await up.exited;
  assert.deepEqual(inspectListeners({ port }), []);
  assert.equal(existsSync(mark?.group ?? ''), false);
});

test('without a cgroup of its own a run is known by session, mark and parent', async (t) => {
  if (process.getuid?.() !== 0) return t.skip('needs root to become another account');
  const dir = temporaryDirectory(t);
  chownSync(dir, NOBODY, NOBODY);
  const port = await freePort();
  const prefix = ['setpriv', '--reuid', String(NOBODY), '--regid', String(NOBODY), '--clear-groups'];
  const up = superviseServices(t, dir, [web('leaves-child', port)], prefix);
  await up.until(when('web', (s) => s.state.name === 'ready'));
  assert.deepEqual(
    readStatusFile(supervisorDirectory(dir))?.runs.map(({ group }) => group),
    [undefined],
  );
  up.child.kill('SIGTERM');
  assert.equal((await up.exited).code, 0);
  assert.deepEqual(inspectListeners({ port }), []);
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
  const status = await readSupervisorStatus(dir);
  assert.ok(status.kind === 'running');
  assert.deepEqual(status.services[0]?.deaths.at(-1)?.lastLines, ['the last words']);
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

test('what a killed supervisor leaves behind is ended by the next one before anything starts', async (t) => {
  const dir = temporaryDirectory(t);
  const port = await freePort();
  const claim = { stateDir: join(dir, 'web'), addresses: ['127.0.0.1'], port, onConflict: 'standby' };
  const first = superviseServices(t, dir, [web('leaves-child', port, { claim })]);
  await first.until(when('web', (s) => s.state.name === 'ready'));
  const orphan = inspectListeners({ port })[0]?.holders[0]?.pid;
  first.child.kill('SIGKILL');
  await first.exited;
  const second = superviseServices(t, dir, [web('fine', port, { claim })]);
  await second.until(when('web', (s) => s.state.name === 'ready'));
  assert.notEqual(inspectListeners({ port })[0]?.holders[0]?.pid, orphan);
});

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
