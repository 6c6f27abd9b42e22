import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { holderPath, lookUpProcess } from '../../../src/supervisor/index.ts';
import { isStopped } from '../../../src/supervisor/process-facts.ts';
import type { Program } from '../program.ts';
import {
  childrenOf,
  currentOwner,
  isAlive,
  pause,
  pick,
  servesNow,
  settled,
  start,
  type World,
} from './world.ts';

/** What was done, and when the owner was killed (as `performance.now()` counts), if it was. */
export type Disturbance = { kind: Kind; killedMs?: number };

export type Kind = (typeof KINDS)[number];

const KINDS = [
  'kill',
  'kill',
  'kill',
  'kill-many',
  'end-others',
  'stop-then-kill',
  'stop-then-go',
  'stop-others',
  'take-over',
  'kill-helpers',
] as const;

/** Does something to the owner and to others. */
export async function disturb(world: World, owner: Program): Promise<Disturbance> {
  const others = world.all.filter((program) => program !== owner && isAlive(program));
  const kind = pick(world, KINDS);
  switch (kind) {
    case 'kill':
      return { kind, killedMs: end(world, owner) };
    case 'kill-many':
      for (const other of others.slice(0, Math.floor(others.length / 2))) other.child.kill('SIGKILL');
      return { kind, killedMs: end(world, owner) };
    case 'end-others':
      for (const other of others.slice(0, 2)) other.child.kill('SIGTERM');
      return { kind, killedMs: end(world, owner) };
    case 'stop-then-kill':
      await stopFor(50, owner, others, world);
      return { kind, killedMs: end(world, owner) };
    case 'stop-then-go':
      await stopFor(50, owner, others, world);
      signalAll(owner, 'SIGCONT');
      return { kind };
    case 'stop-others': {
      // Their turn passes to one that runs.
      const stopped = others.filter(() => world.random() < 0.3);
      const pids = stopped.flatMap((other) => signalGateway(other, 'SIGSTOP'));
      // The signal is only on its way when kill(2) returns.
      while (!pids.every(isStoppedOrGone)) await pause(2);
      end(world, owner);
      if (stopped.length < others.length) await currentOwner(world, owner);
      for (const other of stopped) signalGateway(other, 'SIGCONT');
      return { kind };
    }
    case 'kill-helpers':
      // The shells, or the `flock` processes that they wait for.
      for (const pid of others.flatMap((other) => descendantsOf(other.pid))) {
        if (nameOf(pid) === 'flock' || (nameOf(pid) === 'sh' && world.random() < 0.5)) kill(pid, 'SIGKILL');
      }
      return { kind, killedMs: end(world, owner) };
    case 'take-over': {
      const dies = world.random() < 0.5 ? ['--die-after-claim'] : [];
      const program = start(world, ['--on-conflict', 'takeover', ...dies]);
      await settled(program);
      if (isAlive(program)) world.all.push(program);
      return { kind };
    }
  }
}

/** Most of the time something in the state directory is removed, cut, filled with rubbish, or made to lie. */
export function damage(world: World): void {
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
    () => rmSync(join(world.dir, 'standby'), { recursive: true, force: true }),
    () => rmSync(join(world.dir, 'hand-over'), { recursive: true, force: true }),
    () => rmSync(join(world.dir, 'gateway.control.sock'), { force: true }),
  ];
  if (world.random() < 0.7) pick(world, damages)();
}

/** Half of the time the wall clock of those that have their own jumps, by a year at most, while they run. */
export function moveClock(world: World): void {
  if (world.clock === undefined || world.random() < 0.5) return;
  const days = Math.round((world.random() - 0.5) * 730);
  writeFileSync(world.clock.file, `${days < 0 ? '' : '+'}${days}d\n`);
}

async function stopFor(ms: number, owner: Program, others: Program[], world: World): Promise<void> {
  signalAll(owner, 'SIGSTOP');
  await pause(ms);
  assert.equal(others.some(servesNow), false, `a stopped owner was replaced, seed ${world.seed}`);
}

/** Kills the owner with everything `unshare` put around it. Its pid is to be given to somebody else. */
function end(world: World, program: Program): number {
  const at = performance.now();
  signalAll(program, 'SIGKILL');
  world.reuse.pids.push(program.pid);
  return at;
}

/** With a namespace the started process is `unshare`; its child is the gateway, and `--kill-child` ties them together. */
function signalAll(program: Program, signal: NodeJS.Signals): void {
  for (const pid of childrenOf(program.pid)) kill(pid, signal);
  program.child.kill(signal);
}

/** Not its helper: somebody who stops a program with Ctrl-Z, or by its pid, does not reach that one. */
function signalGateway(program: Program, signal: NodeJS.Signals): number[] {
  const pids = [program.pid, ...childrenOf(program.pid)];
  const signalled = pids.filter((pid) => !['sh', 'flock', 'setpriv'].includes(nameOf(pid)));
  for (const pid of signalled) kill(pid, signal);
  return signalled;
}

function isStoppedOrGone(pid: number): boolean {
  return isStopped(pid) || lookUpProcess(pid).kind !== 'alive';
}

function descendantsOf(pid: number): number[] {
  return childrenOf(pid).flatMap((child) => [child, ...descendantsOf(child)]);
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended between the look and the signal, as killed things do here.
  }
}

function nameOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'latin1').trim();
  } catch {
    return '';
  }
}
