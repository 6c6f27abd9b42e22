import { advice, type Check, command, defineCheck, notApplicable, ok, problem } from '../engine/check.ts';
import type { MemoryFact } from '../facts/memory.ts';

/** 90 %: a gateway at rest stays far below any limit that makes sense; the rest is gone with one larger command. */
const NEAR_SHARE = 0.9;
/** 10 %: of the last minute nothing ran at all for six seconds; a healthy machine stays below 1 %. */
const STALLED_PERCENT = 10;
/** 128 MB and 3 %: less than a gateway and one command take, on small machines as on large ones. */
const SCARCE = { bytes: 128_000_000, share: 0.03 };

/** What the machine does to services whoever they are: memory, and Windows around it (group D of the catalogue). */
export const machineChecks: readonly Check[] = [
  defineCheck({
    id: 'unit/memory',
    title: 'Memory runs out',
    severity: 'warning',
    needs: ['memory'],
    run: ({ memory }) => {
      const killed = memory.groups
        .filter(({ kills }) => kills > 0)
        .map(({ group, kills }) => ({ group, kills }));
      const near = memory.groups.flatMap(({ group, tightest }) =>
        tightest !== undefined && tightest.usedBytes > NEAR_SHARE * tightest.limitBytes
          ? [{ service: group, ...tightest }]
          : [],
      );
      const machine = troubleOfMachine(memory);
      return killed.length + near.length === 0 && machine === null ? ok : problem({ killed, near, machine });
    },
    text: ({ killed, near, machine }) =>
      [
        ...killed.map(
          ({ group, kills }) => `The kernel killed processes of ${group} for want of memory: ${kills}.`,
        ),
        ...near.map(
          ({ group, usedBytes, limitBytes }) =>
            `${group} uses ${megabytes(usedBytes)} of the ${megabytes(limitBytes)} it may have (MemoryMax=).`,
        ),
        ...(machine === null
          ? []
          : [
              `The machine has ${megabytes(machine.availableBytes)} of ${megabytes(machine.totalBytes)} left; in the last minute everything waited for memory ${machine.stalledPercent} % of the time.`,
            ]),
      ].join('\n'),
    remedy: ({ killed, near, machine }) => [
      ...(killed.length === 0
        ? []
        : [
            command('sudo', 'journalctl', '--dmesg', '--grep', 'oom-kill'),
            advice('The count ends with the service: clawdbot gateway restart.'),
          ]),
      ...near.map(({ group }) =>
        advice(`Raise MemoryMax= of ${unitIn(group)} (systemctl edit ${unitIn(group)}), or run less in it.`),
      ),
      ...(machine === null
        ? []
        : [advice('End what takes the memory, or add swap: ps -eo pid,rss,args --sort=-rss')]),
    ],
    why: 'The kernel ends a command, or the gateway itself, in the middle of its work.',
    manual:
      'A limit (MemoryMax= of the unit or of a slice above it) or the machine itself is too small for what runs. Units of this program have OOMPolicy=continue and raise oom_score_adj of commands, so that a command is killed and not the gateway. Killed processes are counted by the kernel (memory.events) from the start of the service on; pages of files that can be given back do not count as used.',
  }),
  defineCheck({
    id: 'unit/wsl',
    title: 'Windows ends or stops what runs here',
    severity: 'warning',
    needs: ['wsl'],
    run: ({ wsl }) => {
      if (wsl.kind === 'none') return notApplicable('this is no Windows Subsystem for Linux');
      return wsl.troubles.length === 0 ? ok : problem({ troubles: wsl.troubles });
    },
    text: ({ troubles }) => troubles.map(({ text }) => text).join('\n'),
    remedy: ({ troubles }) =>
      troubles.flatMap(({ text, commands }) =>
        commands.length === 0 ? [advice(text)] : commands.map((words) => command(...words)),
      ),
    why: 'The gateway stops with the last window of Windows, or nothing keeps it.',
    manual:
      'Three things are peculiar to WSL: without systemd=true in /etc/wsl.conf there are no services; Windows ends the machine some seconds after its last window, and with it the user manager; after Windows was suspended the clock is late. Restarts of the manager are no crashes of the gateway.',
  }),
];

function troubleOfMachine({ machine, stalledPercent }: MemoryFact) {
  if (machine === undefined) return null;
  const { availableBytes, totalBytes } = machine;
  const isScarce = availableBytes < Math.max(SCARCE.bytes, SCARCE.share * totalBytes);
  const isStalled = (stalledPercent ?? 0) >= STALLED_PERCENT;
  return isScarce || isStalled ? { ...machine, stalledPercent: stalledPercent ?? 0 } : null;
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1_000_000)} MB`;
}

function unitIn(group: string): string {
  return group.split('/').at(-1) ?? group;
}
