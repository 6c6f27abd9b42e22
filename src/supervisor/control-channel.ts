import { chmodSync, rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { errorText } from '../state/index.ts';
import type { ProcessIdentity } from './process-facts.ts';
import { reachInDirectory } from './reach-in-directory.ts';

/** What may be asked of an owner. One JSON object per line. */
export type ControlRequest =
  /** `inherits`: the new owner comes for the listening sockets. */
  | { op: 'hand-over'; to: ProcessIdentity; drainMs: number; inherits?: boolean }
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

/** Who asks an owner something. */
export type ControlVisitor = ControlPeer<ControlRequest, ControlReply>;

/**
 * Listens in the state directory, in place of the socket a dead owner left; only the owner of the lock may call this.
 * `answer` gets each visitor with its first request (undefined when it left without one); what it throws is the visitor's
 * refusal. The path goes through our own descriptor of the directory, so it stays below the 108 bytes of a socket address
 * (unix(7)) however deep the directory lies, and always means the locked inode.
 * Only the account itself (and root) reaches the socket: the directory is 0700, and the socket gets 0600 whatever the
 * umask, for the case that somebody opens the directory.
 */
export function serveControl(
  lock: { stateDir: string; fd: number },
  answer: (visitor: ControlVisitor, request: ControlRequest | undefined) => void | Promise<void>,
): Promise<Server> {
  rmSync(controlPath(lock.stateDir), { force: true });
  const server = createServer((socket) => {
    const visitor = asPeer<ControlRequest, ControlReply>(socket, isRequest);
    const answered = visitor.next().then((request) => answer(visitor, request));
    answered.catch((thrown: unknown) => {
      visitor.send({ event: 'refused', reason: errorText(thrown) });
      visitor.close();
    });
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    const path = `/proc/self/fd/${lock.fd}/${CONTROL_SOCKET}`;
    server.listen({ path }, () => {
      server.off('error', reject);
      chmodSync(path, 0o600);
      resolve(server);
    });
  });
}

/** Connects to the owner of a state directory; undefined when nobody listens there. */
export function connectToOwner(
  stateDir: string,
): Promise<ControlPeer<ControlReply, ControlRequest> | undefined> {
  return reachInDirectory(
    stateDir,
    CONTROL_SOCKET,
    (path) =>
      new Promise<ControlPeer<ControlReply, ControlRequest> | undefined>((resolve) => {
        const socket = connect({ path });
        socket.once('error', () => resolve(undefined));
        socket.once('connect', () => resolve(asPeer(socket, isReply)));
      }),
  );
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
  if (value.op === 'stop') return true;
  if (value.inherits !== undefined && typeof value.inherits !== 'boolean') return false;
  return value.op === 'hand-over' && isIdentity(value.to);
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
