import { spawn } from 'node:child_process';
import { ensurePrivateDirectory } from '../../state/index.ts';
import { handOverDirectory } from '../hand-over-claim.ts';
import { ownListeners } from '../own-listeners.ts';
import { KEEPER, SENDER } from './courier-programs.ts';

/** Name of the keeper's socket file in the directory of the claim. A left one is harmless: nobody answers there. */
export const KEEPER_SOCKET = 'sockets.sock';

/** Listening sockets that stay open although this process closes its own descriptors. */
export type KeptSockets = {
  /** The lock is free: whoever has it now may come for the sockets, but not for ever. */
  released: () => void;
  /** Closes them. */
  end: () => void;
};

/**
 * 3 s: the heir comes within milliseconds of getting the lock, or before; when it does not serve within 1 s, the old owner
 * comes. Should an owner come that does not ask for sockets, the port has to be free before its own patience ends (5 s).
 */
const OPEN_MS = 3000;
/** 4 s: a start of Node takes 50 ms, on a machine with ten times its work a second. Without a keeper the hand-over goes on, with a moment in which nobody listens. */
const START_MS = 4000;

/**
 * Lets a child keep the listening sockets of this process on some addresses (`host:port`) and give them to the next owner:
 * connections that come while nobody accepts wait in their queues. The child ends with this process, however that ends.
 * Gives undefined when there is nothing to keep or no keeper could be started.
 */
export async function keepForHeir(options: {
  stateDir: string;
  addresses: readonly string[];
}): Promise<KeptSockets | undefined> {
  const fds = ownListeners()
    .filter(({ address }) => options.addresses.includes(address))
    .map(({ fd }) => fd);
  if (fds.length === 0) return undefined;
  const cwd = handOverDirectory(options.stateDir);
  ensurePrivateDirectory(cwd);
  const args = ['--input-type=commonjs', '-e', KEEPER, String(fds.length), SENDER, KEEPER_SOCKET];
  const keeper = spawn(process.execPath, [...args, String(OPEN_MS)], {
    // The name of a socket has 108 bytes at most (unix(7)), so it is relative.
    cwd,
    env: {},
    stdio: ['ignore', 'ignore', 'ignore', 'ipc', ...fds],
  });
  const end = () => void keeper.kill('SIGKILL');
  const isOpen = await new Promise<boolean>((resolve) => {
    const timer = setTimeout(() => resolve(false), START_MS);
    keeper.once('message', () => resolve(true));
    keeper.once('error', () => resolve(false));
    keeper.once('exit', () => resolve(false));
    keeper.once('spawn', () => keeper.unref());
    for (const event of ['message', 'error', 'exit']) keeper.once(event, () => clearTimeout(timer));
  });
  // A send to a keeper that has ended is an error event, and no error of ours.
  keeper.on('error', () => undefined);
  if (!isOpen) {
    end();
    return undefined;
  }
  keeper.channel?.unref();
  return { released: () => void keeper.send('released', () => undefined), end };
}
