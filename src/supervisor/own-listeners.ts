import { readdirSync, readlinkSync } from 'node:fs';
import { hostAndPort } from './host-and-port.ts';
import { listListeningSockets } from './listeners.ts';

/** A descriptor of this process that is a listening TCP socket. */
export type OwnListener = { fd: number /** `host:port`, IPv6 in brackets. */; address: string };

/** The listening sockets of this process, by the kernel's own tables. Those of another network namespace are left out. */
export function ownListeners(): OwnListener[] {
  const addresses = new Map(
    listListeningSockets().map(({ inode, address, port }) => [
      `socket:[${inode}]`,
      hostAndPort(address, port),
    ]),
  );
  return readdirSync('/proc/self/fd').flatMap((name) => {
    const address = addresses.get(targetOf(name));
    return address === undefined ? [] : [{ fd: Number(name), address }];
  });
}

function targetOf(fd: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    return ''; // closed meanwhile; the descriptor of this very directory, for one
  }
}
