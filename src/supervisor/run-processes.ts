import { readFileSync } from 'node:fs';
import { lookUpProcess, type ProcessFacts } from './process-facts.ts';
import { allPids } from './socket-holders.ts';

/** Environment variable whose value marks every process of one run, also those that left its session. */
export const RUN_VARIABLE = 'CLAWDBOT_RUN_ID';

type RunIdentity = { pid: number; startTicks: number; runId: string };

/** Every living process of a run: its session, its process group, and whoever inherited its mark (double forks too). */
export function findRunProcesses(run: RunIdentity): ProcessFacts[] {
  return allPids().flatMap((pid) => {
    if (pid === process.pid) return [];
    const found = lookUpProcess(pid);
    if (found.kind !== 'alive') return [];
    const { facts } = found;
    // A process older than the run cannot be part of it, whatever number its session has.
    if (facts.startTicks < run.startTicks) return [];
    const belongs = facts.session === run.pid || facts.processGroup === run.pid || hasMark(pid, run.runId);
    return belongs ? [facts] : [];
  });
}

/** Sends SIGKILL to every process of a run. Gives how many were hit. */
export function killRun(run: RunIdentity): number {
  return findRunProcesses(run).filter((facts) => signalProcess(facts, 'SIGKILL')).length;
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

function hasMark(pid: number, runId: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0').includes(`${RUN_VARIABLE}=${runId}`);
  } catch {
    return false;
  }
}
