import { chmodSync, closeSync, openSync, rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import type { ProcessIdentity } from './process-facts.ts';

/** What may be asked of an owner. One JSON object per line. */
export type ControlRequest =
  | { op: 'hand-over'; to: ProcessIdentity; drainMs: number }
  /** The new owner serves: the old one may go. */
  | { op: 'done' }
  | { op: 'stop'; drainMs: number }
  /** Of a supervisor: forget the deaths of a service. */
  | { op: 'clear'; service: string };

/** What an owner answers. */
export type ControlReply =
  | { event: 'draining'; deadlineMonotonicMs: number }
  | { event: 'released' }
  | { event: 'refused'; reason: string };

/** A line-wise conversation. `closed` settles when either side is gone, whatever the reason. */
export type ControlPeer<Receive, Send> = {
  send: (message: Send) => void;
  /** The next message, or undefined when the peer closed the conversation. */
  next: () => Promise<Receive | undefined>;
  closed: Promise<void>;
  close: () => void;
};

/** 4 KiB: requests have less than 200 bytes; a peer that sends more is cut off. */
const MAX_LINE = 4096;
/** Name of the socket inside the state directory. */
const CONTROL_SOCKET = 'gateway.control.sock';

/** Path of the socket inside a state directory, to look at; connecting goes through a descriptor of the directory. */
export function controlPath(stateDir: string): string {
  return join(stateDir, CONTROL_SOCKET);
}

/**
 * Listens in the state directory. The path goes through our own descriptor of the directory, so it stays below the 108
 * bytes of a socket address (unix(7)) however deep the directory lies, and always means the locked inode.
 * Only the account itself (and root) reaches the socket: the directory is 0700, and the socket gets 0600 whatever the
 * umask, for the case that somebody opens the directory.
 */
export function listenForControl(
  directoryFd: number,
  onPeer: (peer: ControlPeer<ControlRequest, ControlReply>) => void,
): Promise<Server> {
  const server = createServer((socket) => onPeer(asPeer(socket, isRequest)));
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    const path = `/proc/self/fd/${directoryFd}/${CONTROL_SOCKET}`;
    server.listen({ path }, () => {
      server.off('error', reject);
      chmodSync(path, 0o600);
      resolve(server);
    });
  });
}

/** Removes the socket a dead owner left. Only the owner of the lock may call this. Gives the directory's descriptor. */
export function prepareControl(lock: { stateDir: string; fd: number }): number {
  rmSync(controlPath(lock.stateDir), { force: true });
  return lock.fd;
}

/** Connects to the owner of a state directory; undefined when nobody listens there. */
export async function connectToOwner(
  stateDir: string,
): Promise<ControlPeer<ControlReply, ControlRequest> | undefined> {
  const directory = openIfPresent(stateDir);
  if (directory === undefined) return undefined;
  try {
    const socket = connect({ path: `/proc/self/fd/${directory}/${CONTROL_SOCKET}` });
    return await new Promise((resolve) => {
      socket.once('error', () => resolve(undefined));
      socket.once('connect', () => resolve(asPeer(socket, isReply)));
    });
  } finally {
    closeSync(directory);
  }
}

function openIfPresent(path: string): number | undefined {
  try {
    return openSync(path, 'r');
  } catch {
    return undefined;
  }
}

function asPeer<Receive, Send>(
  socket: Socket,
  accepts: (value: unknown) => value is Receive,
): ControlPeer<Receive, Send> {
  const waiting: ((message: Receive | undefined) => void)[] = [];
  const arrived: Receive[] = [];
  let buffered = '';
  let ended = false;
  const closed = new Promise<void>((resolve) => {
    socket.once('close', () => {
      ended = true;
      for (const give of waiting.splice(0)) give(undefined);
      resolve();
    });
  });
  socket.on('error', () => socket.destroy());
  socket.setEncoding('utf8').on('data', (text: string) => {
    const lines = `${buffered}${text}`.split('\n');
    buffered = lines.pop() ?? '';
    for (const line of lines) {
      const message = parseLine(line);
      if (!accepts(message)) return socket.destroy();
      const give = waiting.shift();
      if (give === undefined) arrived.push(message);
      else give(message);
    }
    if (buffered.length > MAX_LINE) socket.destroy();
    return undefined;
  });
  return {
    send: (message) => {
      if (!ended) socket.write(`${JSON.stringify(message)}\n`);
    },
    next: () => {
      const message = arrived.shift();
      if (message !== undefined || ended) return Promise.resolve(message);
      return new Promise((resolve) => waiting.push(resolve));
    },
    closed,
    // Not `end`: a stopped peer would never close its side, and nobody here would hear of the end.
    close: () => socket.destroySoon(),
  };
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function isRequest(value: unknown): value is ControlRequest {
  if (!isRecord(value)) return false;
  if (value.op === 'done') return true;
  if (value.op === 'clear') return typeof value.service === 'string';
  if (typeof value.drainMs !== 'number' || !(value.drainMs >= 0)) return false;
  return value.op === 'stop' || (value.op === 'hand-over' && isIdentity(value.to));
}

function isReply(value: unknown): value is ControlReply {
  if (!isRecord(value)) return false;
  if (value.event === 'released') return true;
  if (value.event === 'draining') return typeof value.deadlineMonotonicMs === 'number';
  return value.event === 'refused' && typeof value.reason === 'string';
}

function isIdentity(value: unknown): value is ProcessIdentity {
  return (
    isRecord(value) &&
    Number.isSafeInteger(value.pid) &&
    Number.isSafeInteger(value.startTicks) &&
    typeof value.bootId === 'string'
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
