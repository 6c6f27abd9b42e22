import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { holderPath, inspectListeners } from '../../src/supervisor/index.ts';
import { parseProcNet } from '../../src/supervisor/proc-net.ts';
import { findSocketHolders } from '../../src/supervisor/socket-holders.ts';
import { bundleTinyGateway } from './bundle-tiny-gateway.ts';
import { freePort, type Program, startProgram, temporaryDirectory } from './program.ts';

// `CHAOS_ROUNDS=200 CHAOS_CONTENDERS=64 npm test -- supervisor` is the full run; see CONTRIBUTING.md, Tests.
const rounds = Number(process.env.CHAOS_ROUNDS ?? 8);
const contenders = Number(process.env.CHAOS_CONTENDERS ?? 8);
/** Printed with every failure; `CHAOS_SEED` repeats a run as far as the kernel's scheduling allows. */
const seed = Number(process.env.CHAOS_SEED ?? Date.now() % 1_000_000);

type World = {
  t: TestContext;
  /** The bundled fixture. */
  program: string;
  dir: string;
  witness: string;
  /** The host's /proc under another name, so that the witness sees host pids from every pid namespace. */
  hostProc: string;
  port: number;
  random: () => number;
  all: Program[];
};

/**
 * Namespaces a contender may live in. Those with a network of their own find the port free whoever serves, so that for
 * them the lock alone decides; all others want the same port. Wall-clock jumps are not among them: see the README.
 */
const PREFIXES: readonly (readonly string[])[] = [
  [],
  ['unshare', '--pid', '--mount', '--fork', '--kill-child', '--mount-proc'],
  ['unshare', '--mount', '--propagation', 'private'],
  ['unshare', '--time', '--boottime', '864000', '--monotonic', '864000', '--fork', '--kill-child'],
  ['unshare', '--net', 'sh', '-c', 'ip link set lo up && exec "$@"', 'sh'],
];

test(`chaos: ${rounds} rounds with ${contenders} contenders, never two owners, no lost take-over (seed ${seed})`, async (t) => {
  const world = await newWorld(t, seed);
  const latencies: number[] = [];
  await fill(world);
  for (let round = 0; round < rounds; round += 1) {
    const owner = await currentOwner(world);
    damageRecord(world);
    const endedAtMs = await disturb(world, owner);
    const next = await currentOwner(world, endedAtMs === undefined ? undefined : owner);
    const served = next.events.findLast(({ event }) => event === 'serving' || event === 'resumed');
    if (endedAtMs !== undefined && served !== undefined && next !== owner)
      latencies.push(served.atMs - endedAtMs);
    assert.deepEqual(overlaps(world), [], `round ${round}, seed ${seed}`);
    const holders = inspectListeners({ port: world.port }).flatMap((listener) => listener.holders);
    assert.equal(new Set(holders.map(({ pid }) => pid)).size <= 1, true, JSON.stringify(holders));
    forgetTheDead(world);
    await fill(world);
  }
  latencies.sort((a, b) => a - b);
  const at = (share: number) =>
    latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))];
  t.diagnostic(
    `take-over in ms over ${latencies.length}: p50 ${at(0.5)}, p99 ${at(0.99)}, max ${latencies.at(-1)}`,
  );
});

test('when everybody is killed at once, the next start by hand serves and is never told of a dead owner', async (t) => {
  const world = await newWorld(t, seed);
  const { dir, witness, port } = world;
  for (let round = 0; round < Math.max(3, rounds / 10); round += 1) {
    forgetTheDead(world);
    world.all = [];
    await Promise.all(Array.from({ length: 4 }, () => joinIn(world)));
    for (const program of world.all) end(program, 'SIGKILL');
    const next = startProgram(t, world.program, ['--dir', dir, '--port', String(port), '--witness', witness]);
    await next.until('serving');
    assert.deepEqual(overlaps(world), []);
    next.child.kill('SIGKILL');
    await next.exited;
  }
});

async function newWorld(t: TestContext, start: number): Promise<World> {
  const dir = join(temporaryDirectory(t), 'state');
  mkdirSync(dir, { mode: 0o700 });
  const witness = temporaryDirectory(t);
  mkdirSync(join(witness, 'owners'));
  const port = await freePort();
  const program = join(temporaryDirectory(t), 'tiny-gateway.mjs');
  await bundleTinyGateway(program);
  return {
    t,
    program,
    dir,
    witness,
    hostProc: bindProc(t),
    port,
    random: numbers(start),
    all: [],
  };
}

function bindProc(t: TestContext): string {
  if (process.getuid?.() !== 0) return '/proc';
  // Not a directory that is removed recursively: it is a mount point, and rmdir(2) refuses one that still is.
  const path = mkdtempSync(join(tmpdir(), 'clawdbot-host-proc-'));
  execFileSync('mount', ['--bind', '/proc', path]);
  t.after(() => {
    execFileSync('umount', ['--lazy', path]);
    rmdirSync(path);
  });
  return path;
}

/** Brings the number of contenders up again, a few at a time. */
async function fill(world: World): Promise<void> {
  while (world.all.length < contenders) {
    const missing = Math.min(8, contenders - world.all.length);
    await Promise.all(Array.from({ length: missing }, () => joinIn(world)));
  }
}

/** Starts one more contender, in a namespace of chance, and waits until it owns or stands by. */
async function joinIn(world: World): Promise<void> {
  const prefix = process.getuid?.() === 0 ? pick(world, PREFIXES) : [];
  const onConflict = world.random() < 0.1 ? 'takeover' : 'standby';
  const args = ['--dir', world.dir, '--port', String(world.port), '--on-conflict', onConflict];
  const more = ['--witness', world.witness, '--host-proc', world.hostProc];
  const program = startProgram(world.t, world.program, [...args, ...more], { prefix });
  await Promise.race([program.until(() => true, 60_000), program.exited]);
  if (isAlive(program)) world.all.push(program);
}

/** The one program that says it serves and has the port, once there is exactly one (a hand-over takes a moment). */
async function currentOwner(world: World, dead?: Program): Promise<Program> {
  const giveUpAt = performance.now() + 30_000;
  for (;;) {
    const serving = world.all.filter((program) => isAlive(program) && program !== dead && servesNow(program));
    const [owner, second] = serving;
    if (owner !== undefined && second === undefined && listens(world, owner)) return owner;
    const last = () => JSON.stringify(world.all.map((program) => program.events.at(-1)));
    assert.ok(performance.now() < giveUpAt, `nobody serves alone, seed ${seed}: ${last()}`);
    await pause(2);
  }
}

/** Has the program, or the gateway below it, a listening socket on the port of its own network? */
function listens(world: World, program: Program): boolean {
  return [program.pid, ...childrenOf(program.pid)].some((pid) => {
    const sockets = parseProcNet(readProcNet(pid), 'ipv4').filter(({ port }) => port === world.port);
    if (sockets.length === 0) return false;
    const inodes = new Set(sockets.map(({ inode }) => inode));
    const { pidsByInode } = findSocketHolders(inodes, Number.POSITIVE_INFINITY);
    return [...pidsByInode.values()].some((pids) => pids.includes(pid));
  });
}

function readProcNet(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/net/tcp`, 'latin1');
  } catch {
    return ''; // it ended between the look and the read
  }
}

function servesNow(program: Program): boolean {
  const last = program.events.at(-1)?.event;
  return last === 'serving' || last === 'resumed';
}

/** Half of the time the record is removed, cut, filled with rubbish, or made to lie. */
function damageRecord(world: World): void {
  const path = holderPath(world.dir);
  const lie = {
    schema: 1,
    service: 'clawdbot-gateway',
    pid: process.pid,
    startTicks: 1,
    bootId: 'x',
    uid: 0,
  };
  const damages = [
    () => rmSync(path, { force: true }),
    () => writeFileSync(path, ''),
    () => writeFileSync(path, Buffer.from([0, 255, 254, 10, 123])),
    () => writeFileSync(path, JSON.stringify({ ...lie, since: { wallMs: 4e12, monotonicMs: 4e12 } })),
  ];
  if (world.random() < 0.5) pick(world, damages)();
}

/** Does something to the owner (and others). Gives the moment the owner ended, if it did. */
async function disturb(world: World, owner: Program): Promise<number | undefined> {
  const others = world.all.filter((program) => program !== owner && isAlive(program));
  const kind = pick(world, [
    'kill',
    'kill',
    'kill',
    'kill-many',
    'term',
    'stop-then-kill',
    'stop-then-go',
    'take-over',
    'kill-helpers',
  ] as const);
  switch (kind) {
    case 'kill':
      return end(owner, 'SIGKILL');
    case 'kill-many':
      for (const other of others.slice(0, Math.floor(others.length / 2))) other.child.kill('SIGKILL');
      return end(owner, 'SIGKILL');
    case 'term':
      for (const other of others.slice(0, 2)) other.child.kill('SIGTERM');
      return end(owner, 'SIGKILL');
    case 'stop-then-kill':
      signalAll(owner, 'SIGSTOP');
      await pause(50);
      assert.equal(others.some(servesNow), false, `a stopped owner was replaced, seed ${seed}`);
      return end(owner, 'SIGKILL');
    case 'stop-then-go':
      signalAll(owner, 'SIGSTOP');
      await pause(50);
      assert.equal(others.some(servesNow), false, `a stopped owner was replaced, seed ${seed}`);
      signalAll(owner, 'SIGCONT');
      return undefined;
    case 'kill-helpers':
      // The waiting `flock` processes, one or (behind `unshare`) two levels below.
      for (const pid of others.flatMap((other) => childrenOf(other.pid))) {
        for (const deeper of childrenOf(pid)) kill(deeper, 'SIGKILL');
        if (readFileSync(`/proc/${pid}/comm`, 'latin1').trim() === 'flock') kill(pid, 'SIGKILL');
      }
      return end(owner, 'SIGKILL');
    case 'take-over': {
      const more = ['--witness', world.witness, '--host-proc', world.hostProc];
      const dies = world.random() < 0.5 ? ['--die-after-claim'] : [];
      const args = [
        '--dir',
        world.dir,
        '--port',
        String(world.port),
        '--on-conflict',
        'takeover',
        ...more,
        ...dies,
      ];
      const program = startProgram(world.t, world.program, args);
      await Promise.race([program.until(() => true, 60_000), program.exited]);
      if (isAlive(program)) world.all.push(program);
      return undefined;
    }
  }
}

/** Ends a program with everything `unshare` put around it, and gives the moment of the signal. */
function end(program: Program, signal: NodeJS.Signals): number {
  const at = Date.now();
  signalAll(program, signal);
  return at;
}

/** With a namespace the started process is `unshare`; its child is the gateway, and `--kill-child` ties them together. */
function signalAll(program: Program, signal: NodeJS.Signals): void {
  for (const pid of childrenOf(program.pid)) kill(pid, signal);
  program.child.kill(signal);
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended between the look and the signal, as killed things do here.
  }
}

function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1')
      .trim()
      .split(' ')
      .filter(Boolean)
      .map(Number);
  } catch {
    return [];
  }
}

function isAlive(program: Program): boolean {
  return program.child.exitCode === null && program.child.signalCode === null;
}

function overlaps(world: World): string[] {
  return readdirSync(world.witness)
    .filter((name) => name.startsWith('overlap-'))
    .map((name) => `${name}: ${readFileSync(join(world.witness, name), 'latin1')}`);
}

/** Marks of the dead go as well: their numbers will be given to others. */
function forgetTheDead(world: World): void {
  world.all = world.all.filter(isAlive);
  const living = new Set(world.all.flatMap(({ pid }) => [pid, ...childrenOf(pid)]).map(String));
  const marks = join(world.witness, 'owners');
  for (const mark of readdirSync(marks)) if (!living.has(mark)) rmSync(join(marks, mark), { force: true });
}

function pick<T>(world: World, list: readonly T[]): T {
  return list[Math.floor(world.random() * list.length)] as T; // an index below the length of a list that is not empty
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** mulberry32: small, and the same numbers for the same seed. */
function numbers(start: number): () => number {
  let state = start >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
