import { readFileSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { errorText } from '../../state/index.ts';
import type { Context } from './context.ts';

export type HostFact = {
  /** Ports the kernel hands out to outgoing connections, both included. */
  ephemeral: { low: number; high: number };
  reserved: readonly { low: number; high: number }[];
  /** Of the nearest existing directory at or above the state directory. */
  disk: { path: string; freeBytes: number; totalBytes: number; freeInodes: number; type: string };
  nodeVersion: string;
  /** Name of process 1. */
  init: string;
  nowMs: number;
  uid: number;
};

/** f_type of statfs(2) for file systems on which locks may not hold or files live elsewhere (include/uapi/linux/magic.h). */
const REMOTE: Readonly<Record<number, string>> = {
  26985: 'NFS',
  1702057286: 'FUSE',
  4283649346: 'SMB',
  4266872130: 'SMB2',
};

export function collectHost({ paths, nowMs, uid }: Context): HostFact {
  const [low = 0, high = 0] = readOr('/proc/sys/net/ipv4/ip_local_port_range', '32768 60999')
    .split(/\s+/)
    .map(Number);
  return {
    ephemeral: { low, high },
    reserved: parseRanges(readOr('/proc/sys/net/ipv4/ip_local_reserved_ports', '')),
    disk: diskOf(paths.stateDir),
    nodeVersion: process.version,
    init: readOr('/proc/1/comm', 'unknown'),
    nowMs,
    uid,
  };
}

/** `8080,9148-9150` of ip_local_reserved_ports (Documentation/networking/ip-sysctl). Pure. */
export function parseRanges(text: string): { low: number; high: number }[] {
  return text.split(',').flatMap((part) => {
    const [low, high] = part.trim().split('-').map(Number);
    return low === undefined || !Number.isInteger(low) || low === 0 ? [] : [{ low, high: high ?? low }];
  });
}

function diskOf(path: string): HostFact['disk'] {
  try {
    const facts = statfsSync(path);
    return {
      path,
      freeBytes: facts.bavail * facts.bsize,
      totalBytes: facts.blocks * facts.bsize,
      freeInodes: facts.files === 0 ? Number.POSITIVE_INFINITY : facts.ffree,
      type: REMOTE[facts.type] ?? `0x${facts.type.toString(16)}`,
    };
  } catch (thrown) {
    const above = dirname(path);
    if (above === path) throw new Error(`no file system: ${errorText(thrown)}`);
    return diskOf(above);
  }
}

function readOr(path: string, fallback: string): string {
  try {
    return readFileSync(path, 'latin1').trim();
  } catch {
    return fallback;
  }
}
