import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorText, readTextIfPresent, writePrivateFile } from '../../state/index.ts';
import { type LastError, type NodeState, nextAttemptAt } from '../link/node-state.ts';

/** `node-status.json`: where the node host of this state directory stands. Information for people, never truth. */
export type NodeStatus = {
  version: 1;
  pid: number;
  /** Field 22 of /proc/PID/stat, to tell this process from a later one with its pid; absent off Linux. */
  startTicks?: string;
  deviceId: string;
  url: string;
  updatedAt: number;
  state: NodeState;
  lastAttemptAt?: number;
  nextAttemptAt?: number;
  /** The last thing that went wrong, also when it is over. */
  lastError?: LastError;
};

export type NodeStatusReading =
  | { kind: 'none' }
  | { kind: 'unreadable'; reason: string }
  /** `isRunning`: the process that wrote it is still there. */
  | { kind: 'status'; status: NodeStatus; isRunning: boolean };

export function nodeStatusPath(stateDir: string): string {
  return join(stateDir, 'node-status.json');
}

/** What the node host of a state directory last said about itself. Never throws. */
export function readNodeStatus(stateDir: string): NodeStatusReading {
  try {
    const text = readTextIfPresent(nodeStatusPath(stateDir));
    if (text === undefined) return { kind: 'none' };
    const value: unknown = JSON.parse(text);
    if (!isStatus(value))
      return { kind: 'unreadable', reason: 'it does not have the fields of a node status' };
    const isRunning = startTicksOf(value.pid) === value.startTicks && isAlive(value.pid);
    return { kind: 'status', status: value, isRunning };
  } catch (thrown) {
    return { kind: 'unreadable', reason: errorText(thrown) };
  }
}

export type StatusWriter = {
  publish(state: NodeState): void;
  /** Writes what is still held back. */
  flush(): void;
};

/** Equal news, like one more look for an approval, are written this seldom; a change is written at once. */
const QUIET_MS = 2_000;

/** Keeps the status file true. A disk that refuses is said once and never stops the node. */
export function openStatusWriter(options: {
  stateDir: string;
  deviceId: string;
  url: string;
  now: () => number;
  log: { warn(text: string): void };
}): StatusWriter {
  const { stateDir, deviceId, url, now, log } = options;
  const ticks = startTicksOf(process.pid);
  let lastAttemptAt: number | undefined;
  let lastError: LastError | undefined;
  let pending: NodeState | undefined;
  let written = '';
  let timer: NodeJS.Timeout | undefined;
  let refusedOnce = false;

  function write(): void {
    clearTimeout(timer);
    timer = undefined;
    if (pending === undefined) return;
    const due = nextAttemptAt(pending);
    const status: NodeStatus = {
      version: 1,
      pid: process.pid,
      ...(ticks === undefined ? {} : { startTicks: ticks }),
      deviceId,
      url,
      updatedAt: now(),
      state: pending,
      ...(lastAttemptAt === undefined ? {} : { lastAttemptAt }),
      ...(due === undefined ? {} : { nextAttemptAt: due }),
      ...(lastError === undefined ? {} : { lastError }),
    };
    written = gist(pending);
    pending = undefined;
    try {
      writePrivateFile(nodeStatusPath(stateDir), `${JSON.stringify(status, null, 2)}\n`);
      refusedOnce = false;
    } catch (thrown) {
      if (!refusedOnce) log.warn(errorText(thrown));
      refusedOnce = true;
    }
  }

  return {
    publish(state) {
      if (state.state === 'connecting') lastAttemptAt = state.since;
      if (state.state === 'waiting-for-approval') lastAttemptAt = now();
      if (state.state === 'backoff') lastError = state.lastError;
      pending = state;
      if (gist(state) !== written) write();
      else timer ??= setTimeout(write, QUIET_MS).unref();
    },
    flush: write,
  };
}

/** What has to change for the file to be written at once. Attempts that come thick and fast do not count. */
function gist(state: NodeState): string {
  switch (state.state) {
    case 'connecting':
      return state.attempt === 1 ? 'connecting' : `trying ${state.lastError?.text ?? ''}`;
    case 'backoff':
      return `trying ${state.lastError.text}`;
    case 'waiting-for-approval':
      return `waiting ${state.requestId ?? ''}`;
    case 'connected':
      return `connected ${state.offerWaiting === undefined ? '' : 'offer'}`;
    case 'stopping':
      return state.state;
  }
}

function isStatus(value: unknown): value is NodeStatus {
  if (typeof value !== 'object' || value === null) return false;
  const state = Reflect.get(value, 'state');
  return (
    Reflect.get(value, 'version') === 1 &&
    typeof Reflect.get(value, 'pid') === 'number' &&
    typeof Reflect.get(value, 'url') === 'string' &&
    typeof state === 'object' &&
    state !== null &&
    typeof Reflect.get(state, 'state') === 'string'
  );
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** The name in field 2 may hold blanks and brackets, so counting starts after its last one (proc(5)). */
function startTicksOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}
