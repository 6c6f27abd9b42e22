import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { lookUpProcess, monotonicMs, type ProcessFacts } from './process-facts.ts';
import { groupMembers, isRunGroup, killRunGroup, removeRunGroup } from './run-group.ts';
import { allPids } from './socket-holders.ts';

/** Environment variable whose value marks every process of one run, also those that left its session. */
export const RUN_VARIABLE = 'CLAWDBOT_RUN_ID';

type RunIdentity = { pid: number; startTicks: number; runId: string; group: string | undefined };

/**
 * Every living process of a run that is ours to look after: its cgroup, its session, its process group, whoever
 * inherited its mark (double forks too), and the children of all those. The kernel keeps a number reserved while a
 * session or group of that number has members, so right after the main process ended the number still means this run.
 * Without a cgroup one kind is missed: a process that cleared its environment, left the session and lost its parent.
 */
export function findRunProcesses(run: RunIdentity): ProcessFacts[] {
  const members = new Set(run.group === undefined ? [] : groupMembers(run.group));
  return findProcesses(
    (facts) =>
      // A process older than the run cannot be part of it.
      facts.startTicks >= run.startTicks &&
      (members.has(facts.pid) ||
        facts.session === run.pid ||
        facts.processGroup === run.pid ||
        hasMark(facts.pid, run.runId)),
  );
}

/**
 * Every living process of a run of long ago. Numbers prove nothing by then; the mark in the environment and the name of
 * the cgroup, a random UUID, do, also after a reboot.
 */
export function findLeftovers(run: Pick<RunIdentity, 'runId' | 'group'>): ProcessFacts[] {
  const { group, runId } = run;
  const members = new Set(group !== undefined && isRunGroup(group, runId) ? groupMembers(group) : []);
  return findProcesses((facts) => members.has(facts.pid) || hasMark(facts.pid, runId));
}

/** Sends SIGKILL to every process of a run. Gives how many were hit. */
export function killRun(run: RunIdentity): number {
  const found = findRunProcesses(run);
  if (run.group !== undefined) killRunGroup(run.group);
  return found.filter((facts) => signalProcess(facts, 'SIGKILL')).length;
}

/** 5 s: a killed process is gone within milliseconds, unless it is in an uninterruptible sleep. */
const REST_MS = 5000;
const LOOK_EVERY_MS = 10;

/** Kills what is left of a run and waits until it is gone, so that its port is free. False when something survives. */
export async function endRest(run: RunIdentity): Promise<boolean> {
  const giveUpAt = monotonicMs() + REST_MS;
  while (killRun(run) > 0) {
    if (monotonicMs() > giveUpAt) return false;
    await delay(LOOK_EVERY_MS);
  }
  // A killed process counts as gone some milliseconds before its cgroup is empty.
  while (run.group !== undefined && !removeRunGroup(run.group)) {
    if (monotonicMs() > giveUpAt) return false;
    await delay(LOOK_EVERY_MS);
  }
  return true;
}

/** Sends a signal to a process if it is still the one meant. False when it is gone or may not be signalled. */
export function signalProcess(target: { pid: number; startTicks: number }, signal: NodeJS.Signals): boolean {
  const found = lookUpProcess(target.pid);
  if (found.kind !== 'alive' || found.facts.startTicks !== target.startTicks) return false;
  try {
    return process.kill(target.pid, signal);
  } catch {
    return false;
  }
}

/** The processes that belong, and all their descendants. Never this one. */
function findProcesses(belongs: (facts: ProcessFacts) => boolean): ProcessFacts[] {
  const others = allPids().flatMap((pid) => {
    const found = pid === process.pid ? undefined : lookUpProcess(pid);
    return found?.kind === 'alive' ? [found.facts] : [];
  });
  const members = new Map(others.filter(belongs).map((facts) => [facts.pid, facts]));
  // A map that grows while it is walked: each new member is visited as well.
  for (const [pid] of members) {
    for (const facts of others) if (facts.parentPid === pid) members.set(facts.pid, facts);
  }
  return [...members.values()];
}

function hasMark(pid: number, runId: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0').includes(`${RUN_VARIABLE}=${runId}`);
  } catch {
    return false;
  }
}
