import { parseConnectionsTo } from './proc-net.ts';
import { monotonicMs } from './process-facts.ts';
import { readProcNet } from './read-proc-net.ts';
import { findSocketHolders } from './socket-holders.ts';

/** 500 ms: only a machine with very many processes needs more, and what is not found then is left out. */
const DEADLINE_MS = 500;

/**
 * Pids of this machine's processes that have a connection to a loopback port now. Those of other accounts that may not be
 * inspected are left out. Without such a connection no process is looked at.
 */
export function processesConnectedTo(port: number): readonly number[] {
  const connections = [
    ...parseConnectionsTo(port, readProcNet('tcp'), 'ipv4'),
    ...parseConnectionsTo(port, readProcNet('tcp6'), 'ipv6'),
  ].filter(({ remoteAddress }) => /^(::ffff:)?127\.|^::1$/i.test(remoteAddress));
  if (connections.length === 0) return [];
  const inodes = new Set(connections.map(({ inode }) => inode));
  const { pidsByInode } = findSocketHolders(inodes, monotonicMs() + DEADLINE_MS);
  return [...new Set([...pidsByInode.values()].flat())];
}
