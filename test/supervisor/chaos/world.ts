import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import {
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { parseProcNet } from '../../../src/supervisor/proc-net.ts';
import { cleanUp } from '../../clean-up.ts';
import { freePort } from '../../free-port.ts';
import { bundleTinyGateway } from '../bundle-tiny-gateway.ts';
import { WITNESS_VARIABLE } from '../fixtures/witness.ts';
import { type Program, startProgram, temporaryDirectory } from '../program.ts';

/** Everything one chaos test shares: the state directory that is fought for, and everybody who fights. */
export type World = {
  t: TestContext;
  seed: number;
  contenders: number;
  /** The bundled fixture: starts are most of the work. */
  program: string;
  dir: string;
  port: number;
  /** Where the witness keeps its marks. */
  witness: string;
  /** The host's /proc under another name, so that the witness sees host pids from every pid namespace. */
  hostProc: string;
  /** Wall clock of the contenders that have one of their own, as libfaketime reads it; undefined without libfaketime. */
  clock: { library: string; file: string } | undefined;
  /** Pids of dead owners, to be given to somebody else, and how often that worked. */
  reuse: { pids: number[]; hits: number };
  random: () => number;
  all: Program[];
};

/**
 * Namespaces a contender may live in. Those with a network of their own find the port free whoever serves, so that for
 * them the lock alone decides; all others want the same port. `unshare --time` shifts CLOCK_MONOTONIC and CLOCK_BOOTTIME.
 */
const NAMESPACES: readonly (readonly string[])[] = [
  [],
  ['unshare', '--pid', '--mount', '--fork', '--kill-child', '--mount-proc'],
  ['unshare', '--mount', '--propagation', 'private'],
  ['unshare', '--time', '--boottime', '864000', '--monotonic', '864000', '--fork', '--kill-child'],
  ['unshare', '--net', 'sh', '-c', 'ip link set lo up && exec "$@"', 'sh'],
];

/** At most so many contenders start at the same time: more would only wait for each other. */
const START_AT_ONCE = 4;

export async function newWorld(
  t: TestContext,
  options: { seed: number; contenders: number },
): Promise<World> {
  const dir = join(temporaryDirectory(t), 'state');
  mkdirSync(dir, { mode: 0o700 });
  const witness = temporaryDirectory(t);
  mkdirSync(join(witness, 'owners'));
  const port = await freePort();
  const place = temporaryDirectory(t);
  const program = join(place, 'tiny-gateway.mjs');
  await bundleTinyGateway(program);
  const random = numbers(options.seed);
  return {
    t,
    ...options,
    program,
    dir,
    port,
    witness,
    hostProc: bindProc(t),
    clock: ownClock(place),
    reuse: { pids: [], hits: 0 },
    random,
    all: [],
  };
}

/** Brings the number of contenders up again, a few at a time. */
export async function fill(world: World): Promise<void> {
  while (world.all.length < world.contenders) {
    const missing = Math.min(START_AT_ONCE, world.contenders - world.all.length);
    await Promise.all(Array.from({ length: missing }, () => joinIn(world)));
  }
}

/** Starts one more contender, in a namespace and with a clock of chance, and waits until it owns or stands by. */
async function joinIn(world: World): Promise<void> {
  const prefix = process.getuid?.() === 0 ? pick(world, NAMESPACES) : [];
  const onConflict = world.random() < 0.1 ? 'takeover' : 'standby';
  const wanted = prefix.length === 0 && world.random() < 0.5 ? world.reuse.pids.shift() : undefined;
  if (wanted !== undefined) nextPid(wanted);
  const program = start(world, ['--on-conflict', onConflict], prefix);
  if (program.pid === wanted) world.reuse.hits += 1;
  await settled(program);
  if (isAlive(program)) world.all.push(program);
}

/** Starts a contender. */
export function start(world: World, more: readonly string[], prefix: readonly string[] = []): Program {
  const { dir, port, witness, hostProc, clock } = world;
  const args = ['--dir', dir, '--port', String(port), '--witness', witness, '--host-proc', hostProc];
  const hasOwnClock = clock !== undefined && world.random() < 0.2;
  // What a standby does to get this flag, starting again, is half of the price of a start: few do it here.
  const isQuiet = world.random() < 0.9;
  return startProgram(world.t, world.program, [...args, ...more], {
    prefix,
    execArgv: isQuiet ? ['--no-memory-reducer'] : [],
    env: {
      [WITNESS_VARIABLE]: randomUUID(),
      ...(hasOwnClock ? fakeTime(clock) : {}),
    },
  });
}

/** Settles when a started contender owns, waits, or has ended. */
export async function settled(program: Program): Promise<void> {
  await Promise.race([program.until(() => true), program.exited]);
}

/** The one program that says it serves and has the port, once there is exactly one (a hand-over takes a moment). */
export async function currentOwner(world: World, dead?: Program): Promise<Program> {
  const giveUpAt = performance.now() + 60_000;
  for (;;) {
    const serving = world.all.filter((program) => isAlive(program) && program !== dead && servesNow(program));
    const [owner, second] = serving;
    if (owner !== undefined && second === undefined && listens(world, owner)) return owner;
    const last = () => JSON.stringify(world.all.map((program) => program.events.at(-1)));
    assert.ok(performance.now() < giveUpAt, `nobody serves alone, seed ${world.seed}: ${last()}`);
    await pause(2);
  }
}

export function servesNow(program: Program): boolean {
  const last = program.events.at(-1)?.event;
  return last === 'serving' || last === 'resumed';
}

export function isAlive(program: Program): boolean {
  return program.child.exitCode === null && program.child.signalCode === null;
}

/** What the witness has seen. */
export function overlaps(world: World): string[] {
  return readdirSync(world.witness)
    .filter((name) => name.startsWith('overlap-'))
    .map((name) => `${name}: ${readFileSync(join(world.witness, name), 'latin1')}`);
}

export function forgetTheDead(world: World): void {
  world.all = world.all.filter(isAlive);
}

export function childrenOf(pid: number): number[] {
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

export function pick<T>(world: World, list: readonly T[]): T {
  return list[Math.floor(world.random() * list.length)] as T; // an index below the length of a list that is not empty
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Has the program, or the gateway below it, a listening socket on the port of its own network? */
function listens(world: World, program: Program): boolean {
  return [program.pid, ...childrenOf(program.pid)].some((pid) => {
    const sockets = parseProcNet(readProcNet(pid), 'ipv4').filter(({ port }) => port === world.port);
    const names = new Set(sockets.map(({ inode }) => `socket:[${inode}]`));
    return names.size > 0 && descriptorsOf(pid).some((target) => names.has(target));
  });
}

function descriptorsOf(pid: number): string[] {
  try {
    const directory = `/proc/${pid}/fd`;
    return readdirSync(directory).map((fd) => readlinkSync(join(directory, fd)));
  } catch {
    return []; // it ended, or closed one, between the look and the read
  }
}

function readProcNet(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/net/tcp`, 'latin1');
  } catch {
    return ''; // it ended between the look and the read
  }
}

function bindProc(t: TestContext): string {
  if (process.getuid?.() !== 0) return '/proc';
  // Not a directory that is removed recursively: it is a mount point, and rmdir(2) refuses one that still is.
  const path = mkdtempSync(join(tmpdir(), 'clawdbot-host-proc-'));
  execFileSync('mount', ['--bind', '/proc', path]);
  cleanUp(t, () => {
    execFileSync('umount', ['--lazy', path]);
    rmdirSync(path);
  });
  return path;
}

/** The machine's wall clock is everybody's; libfaketime (Debian package faketime) gives processes one of their own. */
function ownClock(place: string): World['clock'] {
  const [library] = globSync('/usr/lib/*/faketime/libfaketimeMT.so.1');
  if (library === undefined) return undefined;
  const file = join(place, 'clock');
  writeFileSync(file, '+0\n');
  return { library, file };
}

/** The file is read again with every look at the clock, so that it jumps while the process runs. */
function fakeTime({ library, file }: NonNullable<World['clock']>): NodeJS.ProcessEnv {
  return {
    LD_PRELOAD: library,
    FAKETIME_TIMESTAMP_FILE: file,
    FAKETIME_NO_CACHE: '1',
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
  };
}

/** The next process of this machine gets this pid if it is free and nobody else starts one first. */
function nextPid(pid: number): void {
  try {
    writeFileSync('/proc/sys/kernel/ns_last_pid', String(pid - 1));
  } catch {
    // Not root: pids are reused as they come.
  }
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
