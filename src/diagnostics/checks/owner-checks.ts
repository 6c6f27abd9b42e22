import { describeStarter } from '../../supervisor/index.ts';
import {
  advice,
  type Check,
  command,
  defineCheck,
  notApplicable,
  ok,
  problem,
  unknown,
} from '../engine/check.ts';
import { brief, systemctl } from './about-unit.ts';
import { freePortNear, hiddenOwnersListener, listenersOf } from './serving.ts';

/** Who else starts gateways here. */
export const ownerChecks: readonly Check[] = [
  defineCheck({
    id: 'owner/two-scopes',
    title: 'The same service is installed for the user and for the system',
    severity: 'error',
    when: 'reboot',
    needs: ['units', 'port', 'host'],
    run: ({ units, host }) => {
      for (const kind of ['gateway', 'node'] as const) {
        const same = units.units.filter(
          (unit) => unit.kind === kind && unit.enabled && unit.product !== 'openclaw',
        );
        const user = same.find(({ scope }) => scope === 'user');
        const system = same.find(
          (unit) => unit.scope === 'system' && (unit.stateDir ?? '') === (user?.stateDir ?? ''),
        );
        if (user !== undefined && system !== undefined) {
          return problem({
            kind,
            user: brief(user),
            system: brief(system),
            isRoot: host.uid === 0,
            running: [user, system]
              .filter(({ loaded }) => loaded?.activeState === 'active')
              .map(({ path }) => path),
          });
        }
      }
      return ok;
    },
    text: ({ kind, user, system, running }) =>
      `A ${kind} is enabled twice: ${user.path} and ${system.path}; running: ${running.join(', ') || 'none'}.`,
    remedy: ({ system }) => [
      systemctl('system', 'disable', system.unit),
      command('clawdbot', 'gateway', 'status'),
    ],
    fix: {
      risk: 'none for what runs: the one that does not run is disabled and starts at boot no more',
      class: 'service',
      // Which one is wanted is told by which one runs; with both or none running a person has to say.
      steps: ({ user, system, running, isRoot }) => {
        if (running.length !== 1) return [];
        const loser = running[0] === user.path ? system : user;
        // An account may not disable units of the machine (polkit: manage-unit-files); the remedy says sudo.
        return loser === system && !isRoot ? [] : [disable(loser)];
      },
    },
    why: 'At the next boot both start, and which of them serves is chance.',
    manual:
      'Keep one. The service of the account needs no rights and starts at boot when lingering is on; the service of the system runs as an account of its own with its own state.',
  }),
  defineCheck({
    id: 'owner/legacy-name',
    title: 'A unit of a former name is still enabled',
    severity: 'warning',
    when: 'reboot',
    needs: ['units'],
    run: ({ units }) => {
      for (const kind of ['gateway', 'node'] as const) {
        const enabled = units.units.filter(
          (unit) => unit.kind === kind && unit.enabled && unit.scope === 'user',
        );
        const ours = enabled.find(({ isOurs }) => isOurs);
        const former = enabled.filter((unit) => !unit.isOurs && unit.stateDir === ours?.stateDir);
        if (ours !== undefined && former.length > 0) {
          return problem({
            kind,
            ours: brief(ours),
            former: former.map((unit) => ({ ...brief(unit), state: unit.loaded?.activeState ?? null })),
          });
        }
      }
      return ok;
    },
    text: ({ kind, ours, former }) =>
      `Besides ${ours.path}, a ${kind} is started by ${former.map(({ path, product }) => `${path} (${product})`).join(', ')}.`,
    remedy: ({ former }) => former.map(({ scope, unit }) => systemctl(scope, 'disable', unit)),
    fix: {
      risk: 'none for what runs: a unit that does not run is disabled and starts at boot no more',
      class: 'service',
      // One that runs may be the gateway that is wanted; one whose manager does not answer cannot be changed.
      steps: ({ former }) => former.filter(({ state }) => state === 'inactive').map(disable),
    },
    why: 'Two programs want the same port and state at every start.',
    manual:
      'Units of Clawdbot, Moltbot and OpenClaw are recognised by what they start, not by a word in the text. Disabling keeps the file; enable it again to go back.',
  }),
  defineCheck({
    id: 'owner/other-user',
    title: 'The gateway on this port belongs to another account',
    severity: 'error',
    needs: ['port', 'host', 'stateFiles'],
    run: ({ port, host, stateFiles }) => {
      const other = listenersOf(port).find(
        // The socket's uid is a fact of the kernel, also where the process itself may not be looked at.
        ({ class: kind, uid, answer }) =>
          (kind === 'sibling' || (kind === 'unknown' && answer.kind === 'identity')) && uid !== host.uid,
      );
      if (other === undefined) return ok;
      if (hiddenOwnersListener(port, stateFiles, host.uid) === other)
        return unknown(
          `it serves uid ${other.uid}, to whom the state directory belongs; ask from that account`,
        );
      return problem({
        uid: other.uid,
        self: host.uid,
        port: other.port,
        where: `${other.address}:${other.port}`,
      });
    },
    text: ({ uid, self, where }) => `${where} is served for uid ${uid}; this is uid ${self}.`,
    remedy: ({ uid, port }) => [
      command('clawdbot', 'config', 'set', 'gateway.port', String(freePortNear(port))),
      command('clawdbot', 'gateway', 'install'),
      advice(`Or use the gateway that is there: run the command as uid ${uid}.`),
    ],
    why: 'A service installed from this account would compete with it.',
    manual: 'One machine, two accounts, one port. Usually a command was run with sudo by mistake.',
  }),
  defineCheck({
    id: 'owner/inventory',
    title: 'The gateway is started by something this program does not manage',
    severity: 'advice',
    needs: ['owner', 'units'],
    run: ({ owner, units }) => {
      const { reading, fate } = owner;
      if (reading.kind !== 'present' || fate?.kind !== 'alive') return notApplicable('no gateway runs');
      const { starter, pid } = reading.record;
      if (starter.kind === 'cron') return problem({ pid, starter: describeStarter(starter) });
      if (
        starter.kind === 'unit' &&
        !units.units.some(({ unit }) => unit === starter.unit) &&
        !/^(user@|session|app-|tmux|screen)/.test(starter.unit)
      ) {
        return problem({ pid, starter: describeStarter(starter) });
      }
      return ok;
    },
    text: ({ pid, starter }) => `pid ${pid} was started by ${starter}.`,
    remedy: () => [command('clawdbot', 'gateway', 'install')],
    why: 'Stop, restart and upgrade have to be done where it is started.',
    manual:
      'cron, pm2, a desktop session or a unit of your own started this gateway. Nothing is changed about that; a service installed beside it stands by.',
  }),
];

/** A unit that does not run starts at boot no more. */
function disable({ unit, scope }: { unit: string; scope: 'user' | 'system' }) {
  const was = { active: false, enabled: true };
  return { kind: 'unit', scope, units: [unit], verb: 'disable', was } as const;
}
