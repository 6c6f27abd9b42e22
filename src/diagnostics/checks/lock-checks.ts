import { type Check, command, defineCheck, notApplicable, ok, problem, unknown } from '../engine/check.ts';
import { closedByOwner } from './closed-state.ts';
import { restartRemedies, servingGateway } from './serving.ts';

const ENDINGS = {
  dead: 'is gone',
  'other-boot': 'ended with an earlier boot of this machine',
  'pid-reused': 'is gone; its number now belongs to another program',
} as const;

/** Group A of the catalogue: who owns the state directory. */
export const lockChecks: readonly Check[] = [
  defineCheck({
    id: 'lock/unreadable',
    title: 'The record of the owner is unreadable',
    severity: 'warning',
    needs: ['owner', 'stateFiles', 'host'],
    run: ({ owner, stateFiles, host }) => {
      if (owner.reading.kind !== 'unreadable') return ok;
      const { reason } = owner.reading;
      const closed = closedByOwner(stateFiles, host, reason);
      return closed === undefined ? problem({ reason, path: owner.path }) : unknown(closed);
    },
    text: ({ reason }) => `gateway.holder.json cannot be understood: ${reason}`,
    // It decides nothing, and the next start writes it again.
    // -T and not rm: it may be a directory, and somebody may want to look at it.
    remedy: ({ path }) => [
      command('mv', '-T', '--', path, `${path}.unreadable`),
      command('clawdbot', 'listeners'),
    ],
    fix: {
      risk: 'none: the record decides nothing, and whoever owns the service writes it again',
      class: 'safe',
      steps: ({ path }) => [{ kind: 'set-aside', path }],
    },
    why: 'Nobody can tell who owns the service; stop and takeover refuse.',
    manual:
      'The record only gives the owner a name. Who owns is decided by a lock of the kernel, so rubbish in the record neither blocks a start nor permits a second one.',
  }),
  ...(['dead', 'other-boot', 'pid-reused'] as const).map((because) =>
    defineCheck({
      id: { dead: 'lock/owner-dead', 'other-boot': 'lock/boot-id', 'pid-reused': 'lock/pid-reused' }[because],
      title: 'The last gateway ended without a goodbye',
      severity: 'advice',
      needs: ['owner', 'port', 'units'],
      run: ({ owner, port, units }) => {
        const { reading, fate } = owner;
        if (reading.kind !== 'present' || fate?.kind !== 'gone' || fate.because !== because) return ok;
        if (servingGateway(port) !== undefined || owner.stoppedPid !== undefined) return ok;
        const { pid, since, service } = reading.record;
        const isService = units.units.some(({ isOurs, kind }) => isOurs && kind === 'gateway');
        return problem({ pid, service, sinceMs: since.wallMs, because, path: owner.path, isService });
      },
      text: ({ pid, service, sinceMs }) =>
        `${service} pid ${pid} was last heard of ${new Date(sinceMs).toISOString()} and ${ENDINGS[because]}.`,
      remedy: ({ isService }) => [
        command('clawdbot', 'gateway', isService ? 'start' : 'run'),
        command('clawdbot', 'logs', '--local'),
      ],
      fix: {
        risk: 'none: the record names nobody who lives',
        class: 'safe',
        steps: ({ path }) => [{ kind: 'set-aside', path }],
      },
      why: 'It was killed or the machine went down; the log may say why. A start needs no cleaning up.',
      manual: `The record names a process that ${ENDINGS[because]}. The kernel dropped its lock at that moment, so the next start takes over at once. Nothing is ever signalled because of a record alone.`,
    }),
  ),
  defineCheck({
    id: 'lock/pid-namespace',
    title: 'The owner runs in a container',
    severity: 'advice',
    needs: ['owner', 'port'],
    // Its socket proves who it is; its number would not.
    run: ({ owner, port }) =>
      owner.fate?.kind === 'unknown' && servingGateway(port) === undefined ? unknown(owner.fate.reason) : ok,
    text: () => '',
    remedy: () => [],
    why: 'Its pid means nothing here; only the container engine can stop it.',
    manual:
      'The record was written in another pid namespace. Whether that process lives cannot be told by its number; the lock of the kernel reaches across and still keeps a second start away.',
  }),
  defineCheck({
    id: 'lock/lost',
    title: 'The gateway does not hold the lock of its state directory',
    severity: 'error',
    level: 'ready',
    needs: ['owner', 'gateways', 'stateFiles'],
    run: ({ owner }) => {
      if (owner.reading.kind !== 'present' || owner.fate?.kind !== 'alive')
        return notApplicable('no gateway runs');
      if (owner.hasLock === 'unknown')
        return unknown('the descriptors of the gateway may not be read from this account');
      if (owner.hasLock === 'yes') return ok;
      // It gives the lock back, or hands it over, before it ends.
      if (owner.passing === 'stopping') return notApplicable('it is stopping');
      const { pid } = owner.reading.record;
      return problem({ pid, locked: owner.lockedElsewhere ?? 'nothing', restart: restartRemedies(owner) });
    },
    text: ({ pid, locked }) =>
      `pid ${pid} holds a lock on ${locked}, not on the directory that is there now: a second gateway could start.`,
    remedy: ({ restart }) => restart,
    why: 'Two gateways on one state directory overwrite each other.',
    manual:
      'The state directory was removed, renamed or put back from a backup under a running gateway. The lock belongs to the directory that was there before. A restart locks the present one.',
  }),
  defineCheck({
    id: 'lock/split',
    title: 'Two gateways of one state directory',
    severity: 'error',
    level: 'ready',
    needs: ['gateways'],
    run: ({ gateways }) => {
      // An OpenClaw has a state directory of its own.
      const here = gateways.filter(
        ({ whose, program }) => whose === 'ours' || (whose === 'real' && !program.startsWith('openclaw')),
      );
      const byPid = new Map(here.map((gateway) => [gateway.pid, gateway]));
      if (byPid.size < 2) return ok;
      return problem({
        gateways: [...byPid.values()].map(({ pid, address, port, whose }) => ({ pid, address, port, whose })),
      });
    },
    text: ({ gateways }) =>
      gateways.map(({ pid, address, port }) => `pid ${pid} serves on ${address}:${port}`).join('\n'),
    remedy: ({ gateways }) => [
      // The one that has no part in the lock goes, and all but one of a kind.
      ...gateways
        .toSorted((a, b) => Number(a.whose === 'real') - Number(b.whose === 'real'))
        .slice(1)
        .map(({ pid }) => command('kill', String(pid))),
      command('clawdbot', 'gateway', 'status'),
    ],
    why: 'Both write the same pairings and approvals.',
    manual:
      'The lock makes this impossible for this program on a local disk. It happens with locks in temporary directories (the real program), on network file systems, and when the directory was exchanged under a running gateway.',
  }),
  defineCheck({
    id: 'lock/clock',
    title: 'A record lies in the future',
    severity: 'warning',
    needs: ['owner', 'host'],
    run: ({ owner, host }) => {
      if (owner.reading.kind !== 'present') return ok;
      const aheadMs = owner.reading.record.since.wallMs - host.nowMs;
      // 60 s: clocks are corrected by seconds all the time.
      return aheadMs <= 60_000 ? ok : problem({ aheadMs, pid: owner.reading.record.pid });
    },
    text: ({ aheadMs, pid }) =>
      `The record of pid ${pid} is ${Math.round(aheadMs / 1000)} s ahead of this clock.`,
    remedy: () => [command('timedatectl', 'status')],
    why: 'The clock jumped. Signatures of nodes are refused when clocks differ too much.',
    manual:
      'No decision of this program depends on wall-clock age: waiting uses the monotonic clock. But pairing and certificates do depend on the right time.',
  }),
];
