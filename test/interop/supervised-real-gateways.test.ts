import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { inspectListeners, type ServiceStatus } from '../../src/supervisor/index.ts';
import { freePort } from '../free-port.ts';
import { PATIENCE_MS } from '../patience.ts';
import {
  eventually,
  type Program,
  type ProgramEvent,
  startProgram,
  temporaryDirectory,
} from '../supervisor/program.ts';
import { findPeer, missingPeers } from './peer-versions.ts';

type Service = Pick<ServiceStatus, 'name' | 'state'> & { causes: string[] };
type Real = {
  name: 'clawdbot' | 'openclaw';
  arguments: (port: number) => string[];
  stateName: string;
  variable: string;
};

const REAL: readonly Real[] = [
  {
    name: 'clawdbot',
    arguments: (port) => ['gateway', '--port', String(port)],
    stateName: 'clawdbot.json',
    variable: 'CLAWDBOT_STATE_DIR',
  },
  {
    name: 'openclaw',
    arguments: (port) => ['gateway', 'run', '--port', String(port)],
    stateName: 'openclaw.json',
    variable: 'OPENCLAW_STATE_DIR',
  },
];

/** The first start of the published gateway took 20 s on a machine of its own. */
const START_MS = PATIENCE_MS;

for (const real of REAL) {
  test(`a real ${real.name} gateway is owned by one of two supervisors, whichever process is killed`, {
    skip: missingPeers(real.name),
  }, async (t) => {
    const port = await freePort();
    const home = temporaryDirectory(t);
    const service = describeService(real, home, port);
    const first = supervise(t, service);
    const pid = await readyPid(first, undefined);
    const second = supervise(t, service);
    await second.until((event) => serviceIn(event)?.state.name === 'standby');

    // The program is killed: the standby serves, and its former supervisor stands by.
    process.kill(pid, 'SIGKILL');
    await readyPid(second, undefined);
    await first.until((event) => serviceIn(event)?.state.name === 'standby');
    assert.deepEqual(lastCauses(first), ['signal SIGKILL']);
    assert.ok(inspectListeners({ port }).every(({ holders }) => holders.every((h) => h.pid !== pid)));

    // The supervisor is killed: the kernel ends its program, and the lock goes on when that is gone.
    second.child.kill('SIGKILL');
    await second.exited;
    await readyPid(first, pid);
    assert.deepEqual(lastCauses(first), ['signal SIGKILL']);

    // It cannot be asked to hand over; its supervisor is, and ends it by its ladder: no death, then a standby.
    const seen = first.events.length;
    const askedMs = performance.now();
    const heir = startProgram(t, 'tiny-gateway.ts', [
      ...['--dir', join(home, 'state'), '--port', String(port), '--on-conflict', 'takeover'],
    ]);
    await heir.until('serving');
    t.diagnostic(`take-over from ${real.name}: ${Math.round(performance.now() - askedMs)} ms with the start`);
    assert.deepEqual(
      inspectListeners({ port }).flatMap(({ holders }) => holders.map((holder) => holder.pid)),
      [heir.pid],
    );
    const standsBy = () =>
      first.events.slice(seen).some((event) => serviceIn(event)?.state.name === 'standby') || undefined;
    await eventually(standsBy);
    assert.deepEqual(lastCauses(first), ['signal SIGKILL']);
  });
}

function describeService(real: Real, home: string, port: number): object {
  const stateDir = join(home, 'state');
  mkdirSync(stateDir, { mode: 0o700 });
  const config = {
    gateway: {
      mode: 'local',
      port,
      bind: 'loopback',
      auth: { mode: 'token', token: 'a-test-token-0123456789' },
    },
  };
  writeFileSync(join(stateDir, real.stateName), JSON.stringify(config), { mode: 0o600 });
  const program = findPeer(real.name) ?? '';
  const entry = program.endsWith('package.json') ? join(program, '..', `${real.name}.mjs`) : program;
  return {
    name: 'real',
    command: [process.execPath, entry, ...real.arguments(port)],
    env: { PATH: process.env['PATH'], HOME: home, [real.variable]: stateDir },
    cwd: home,
    readiness: { kind: 'http', url: `http://127.0.0.1:${port}/` },
    claim: { stateDir, addresses: ['127.0.0.1'], port, onConflict: 'standby' },
    patience: { startMs: START_MS, maxMisses: 10 },
    probe: { everyMs: 1000, timeoutMs: 5000 },
  };
}

/** Each supervisor has a state dir of its own: what they share is the service. */
function supervise(t: TestContext, service: object): Program {
  return startProgram(t, 'run-supervisor.ts', [
    '--dir',
    temporaryDirectory(t),
    '--services',
    JSON.stringify([service]),
  ]);
}

async function readyPid(supervisor: Program, not: number | undefined): Promise<number> {
  const event = await supervisor.until((candidate) => {
    const state = serviceIn(candidate)?.state;
    return state?.name === 'ready' && state.pid !== not;
  }, START_MS);
  const state = serviceIn(event)?.state;
  assert.ok(state?.name === 'ready');
  return state.pid;
}

function lastCauses(supervisor: Program): string[] {
  return serviceIn(supervisor.events.findLast(({ event }) => event === 'change'))?.causes ?? [];
}

function serviceIn(event: ProgramEvent | undefined): Service | undefined {
  return (event?.['services'] as Service[] | undefined)?.[0]; // written by run-supervisor.ts
}
