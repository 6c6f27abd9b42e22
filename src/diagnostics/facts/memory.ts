import { dirname, join } from 'node:path';
import type { Context } from './context.ts';
import { readKernelFile } from './kernel-file.ts';
import type { OwnerFact } from './owner.ts';
import type { UnitsFact } from './units.ts';

/** What one service may take of the memory, and what became of it. Sizes in bytes. */
export type MemoryGroup = {
  /** Path below the root of cgroup v2. */
  group: string;
  /** Processes the kernel killed in it since it was made, at the start of the service (`memory.events`, cgroup-v2.rst). */
  kills: number;
  /** The ancestor, or the group itself, that has the least left; undefined without a limit. */
  tightest: { group: string; usedBytes: number; limitBytes: number } | undefined;
};

export type MemoryFact = {
  /** MemAvailable and MemTotal of /proc/meminfo. */
  machine: { availableBytes: number; totalBytes: number } | undefined;
  /** Share of the last minute in which everything waited for memory, in percent (PSI `full avg60`, accounting/psi.rst). */
  stalledPercent: number | undefined;
  /** Groups of the gateway that serves and of the services; empty where cgroup v2 does not account for memory. */
  groups: readonly MemoryGroup[];
};

/** Reads what the kernel says of memory: of the machine, and of the groups of our services. */
export function collectMemory(
  context: Context,
  { reading, fate }: OwnerFact,
  { units }: UnitsFact,
): MemoryFact {
  const read = (path: string): string | undefined => readKernelFile(context, path);
  const owner =
    reading.kind === 'present' && fate?.kind === 'alive'
      ? groupOf(read(`/proc/${reading.record.pid}/cgroup`))
      : undefined;
  const paths = new Set([owner, ...units.map(({ loaded }) => loaded?.controlGroup)]);
  const groups = [...paths].flatMap((group) => {
    if (group === undefined || group === '') return [];
    const events = read(join('/sys/fs/cgroup', group, 'memory.events'));
    if (events === undefined) return [];
    return [{ group, kills: numberAfter(events, 'oom_kill') ?? 0, tightest: tightestOf(group, read) }];
  });
  return {
    machine: machineOf(read('/proc/meminfo') ?? ''),
    stalledPercent: numberIn(/^full .*\bavg60=([\d.]+)/m.exec(read('/proc/pressure/memory') ?? '')),
    groups,
  };
}

/** The line `0::/path` of /proc/PID/cgroup is that of cgroup v2 (cgroups(7)). */
function groupOf(text: string | undefined): string | undefined {
  return /^0::(\/.*)$/m.exec(text ?? '')?.[1];
}

function tightestOf(group: string, read: (path: string) => string | undefined): MemoryGroup['tightest'] {
  let tightest: MemoryGroup['tightest'];
  for (let at = group; at !== '/' && at !== '.'; at = dirname(at)) {
    const directory = join('/sys/fs/cgroup', at);
    const limitBytes = Number(read(join(directory, 'memory.max')) ?? 'max');
    const current = Number(read(join(directory, 'memory.current')) ?? Number.NaN);
    if (!Number.isFinite(limitBytes) || !Number.isFinite(current)) continue; // `max`: no limit
    // Cached pages of files that nobody uses at the moment are given back before anybody is killed.
    const usedBytes =
      current - (numberAfter(read(join(directory, 'memory.stat')) ?? '', 'inactive_file') ?? 0);
    if (tightest === undefined || limitBytes - usedBytes < tightest.limitBytes - tightest.usedBytes)
      tightest = { group: at, usedBytes, limitBytes };
  }
  return tightest;
}

function machineOf(meminfo: string): MemoryFact['machine'] {
  const [available, total] = ['MemAvailable:', 'MemTotal:'].map((name) => numberAfter(meminfo, name));
  if (available === undefined || total === undefined) return undefined;
  return { availableBytes: available * 1_024, totalBytes: total * 1_024 };
}

function numberAfter(text: string, name: string): number | undefined {
  return numberIn(new RegExp(`^${name}\\s+(\\d+)`, 'm').exec(text));
}

function numberIn(found: RegExpExecArray | null): number | undefined {
  return found === null ? undefined : Number(found[1]);
}
