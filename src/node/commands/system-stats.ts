import { statfs } from 'node:fs/promises';
import { availableParallelism, freemem, loadavg, totalmem, uptime } from 'node:os';
import type { NodeStats } from '../../protocol/index.ts';
import { done, type InvokeReply } from './reply.ts';

/**
 * `system.stats` (ours): how busy the machine is and how full the file system is that holds this directory.
 * `freemem` is MemAvailable on Linux (libuv 1.45); a file system that cannot be looked at leaves `disk` out.
 */
export async function systemStats(directory: string): Promise<InvokeReply> {
  const disk = await statfs(directory).catch(() => undefined);
  const stats: NodeStats = {
    load: loadavg(),
    cpus: availableParallelism(),
    memory: { totalBytes: totalmem(), availableBytes: freemem() },
    ...(disk === undefined
      ? {}
      : {
          disk: {
            path: directory,
            totalBytes: disk.blocks * disk.bsize,
            availableBytes: disk.bavail * disk.bsize,
          },
        }),
    uptimeMs: Math.round(uptime() * 1_000),
  };
  return done(stats);
}
