import { spawn } from 'node:child_process';
import { Socket } from 'node:net';
import { handOverDirectory } from '../hand-over-claim.ts';
import { ownListeners } from '../own-listeners.ts';
import { reachInDirectory } from '../reach-in-directory.ts';
import { findTrustedHelper } from '../trusted-helper.ts';
import { RECEIVER, SENDER } from './courier-programs.ts';
import { KEEPER_SOCKET } from './keep-for-heir.ts';

/** A socket that listens already and has a queue; nobody accepts until it is given to a server. */
export type InheritedListener = {
  /** `host:port`, IPv6 in brackets. */
  address: string;
  /** For `server.listen(handle)`, which then owns it. */
  handle: object;
  /** For one that is not wanted. */
  close: () => void;
};

/** 5 s: two starts of Node, 100 ms on a quiet machine. Whoever has them later opens sockets of its own. */
const DEADLINE_MS = 5000;

/**
 * Fetches the listening sockets that the last owner of a state directory left for its heir, and of these keeps the wanted
 * ones (`host:port`). Gives none when it left none. Only for whoever owns the service or is being handed it: nothing else
 * protects the owner's port.
 */
export async function inheritSockets(options: {
  stateDir: string;
  wanted: readonly string[];
  signal: AbortSignal;
}): Promise<InheritedListener[]> {
  const keeper = await connectToKeeper(options.stateDir);
  if (keeper === undefined) return [];
  const handles = await receive(keeper, options.signal);
  const addresses = new Map(ownListeners().map(({ fd, address }) => [fd, address]));
  const listeners = handles.map((handle) => ({
    address: addresses.get(handle.fd) ?? 'another network namespace',
    handle,
    close: () => handle.close(),
  }));
  for (const listener of listeners) if (!options.wanted.includes(listener.address)) listener.close();
  return listeners.filter(({ address }) => options.wanted.includes(address));
}

/** Undefined when nobody listens there. The socket is not read: descriptors that come with the data would be lost. */
async function connectToKeeper(stateDir: string): Promise<Socket | undefined> {
  return reachInDirectory(handOverDirectory(stateDir), KEEPER_SOCKET, (path) => {
    const socket = new Socket();
    socket.pause();
    return new Promise<Socket | undefined>((resolve) => {
      socket.once('error', () => resolve(undefined));
      socket.connect({ path }, () => resolve(socket));
    });
  });
}

/** What Node gives for a descriptor it does not know the kind of; see `courier-programs.ts`. */
type Handle = { fd: number; close: () => void };

/** All of them, or none. */
function receive(keeper: Socket, signal: AbortSignal): Promise<Handle[]> {
  const shell = findTrustedHelper('sh');
  if (shell === undefined) {
    keeper.destroy();
    return Promise.resolve([]);
  }
  // Node names the descriptor of the channel in the environment; the receiver's is the one it brings.
  const command = [`NODE_CHANNEL_FD=4 exec "$@"`, 'sh', process.execPath, '--input-type=commonjs', '-e'];
  const child = spawn(shell, ['-c', ...command, RECEIVER, SENDER], {
    env: {},
    stdio: ['ignore', 'ignore', 'ignore', 'ipc', keeper],
  });
  keeper.destroy();
  const handles: Handle[] = [];
  return new Promise((resolve) => {
    const settle = (outcome: Handle[]) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', giveUp);
      child.kill('SIGKILL');
      if (child.connected) child.disconnect();
      resolve(outcome);
    };
    const giveUp = () => {
      for (const handle of handles) handle.close();
      settle([]);
    };
    const timer = setTimeout(giveUp, DEADLINE_MS);
    signal.addEventListener('abort', giveUp, { once: true });
    child.once('error', giveUp);
    child.once('disconnect', giveUp);
    child.on('message', (message: { left: number }, handle: unknown) => {
      if (isHandle(handle)) handles.push(handle);
      if (message.left > 0) return;
      child.off('disconnect', giveUp);
      settle(handles);
    });
  });
}

function isHandle(value: unknown): value is Handle {
  return typeof value === 'object' && value !== null && 'fd' in value && typeof value.fd === 'number';
}
