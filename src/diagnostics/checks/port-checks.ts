import type { ClassifiedListener, Listener, PortVerdict } from '../../supervisor/index.ts';
import { describeStarter, formatAge } from '../../supervisor/index.ts';
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
import { FOLLOWS, isFollowing } from './passing.ts';
import {
  answerText,
  freePortNear,
  hiddenOwnersListener,
  listenersOf,
  restartRemedies,
  servingGateway,
} from './serving.ts';

/** A config that cannot be read says nothing about the port. */
const CONFIG = ['config/unreadable', 'config/write', 'config/value'];

/** Group B of the catalogue: ports. */
export const portChecks: readonly Check[] = [
  defineCheck({
    id: 'port/foreign',
    title: 'The port is used by another program',
    severity: 'error',
    needs: ['port', 'config', 'units'],
    dependsOn: [...CONFIG, 'owner/two-owners', 'legacy/running', 'legacy/stuck'],
    run: ({ port, config, units }) => {
      if (config.config.gateway.mode === 'remote') return notApplicable('the gateway is elsewhere');
      const listener = blocking(port, 'foreign');
      // The manager keeps the socket of our own socket unit while the service is down, and gives it to what it starts.
      const ours = units.units.filter(({ isOurs }) => isOurs).map(({ unit }) => unit);
      const isActivated = listener?.holders.every(
        ({ name, starter }) =>
          (name === 'systemd' && ours.length > 0) || (starter.kind === 'unit' && ours.includes(starter.unit)),
      );
      if (isActivated === true) return ok;
      return listener === undefined ? ok : problem(listenerEvidence(listener));
    },
    text: ({ where, who, says }) => `${where} is held by ${who}; ${says}.`,
    remedy: ({ port, pids }) => [
      command('clawdbot', 'config', 'set', 'gateway.port', String(freePortNear(port))),
      command('clawdbot', 'listeners', '--port', String(port)),
      ...pids.slice(0, 1).map((pid) => advice(`Or end pid ${pid} in the way it was started.`)),
    ],
    why: 'A gateway cannot start here (exit status 78), and clients talk to the wrong program.',
    manual:
      'Somebody else listens on the configured port. It is called foreign only when the processes that hold the socket are known and none of them proves to be a gateway. End it the way it was started (its unit, its container), or move the gateway.',
  }),
  defineCheck({
    id: 'port/sibling',
    title: 'The port belongs to the gateway of another state directory',
    severity: 'error',
    needs: ['port', 'config'],
    dependsOn: [...CONFIG, 'owner/other-user'],
    run: ({ port, config }) => {
      if (config.config.gateway.mode === 'remote') return notApplicable('the gateway is elsewhere');
      const listener = blocking(port, 'sibling');
      return listener === undefined ? ok : problem(listenerEvidence(listener));
    },
    text: ({ where, who }) => `${where} is served by ${who}, a gateway of another profile or account.`,
    remedy: ({ port }) => [command('clawdbot', 'config', 'set', 'gateway.port', String(freePortNear(port)))],
    why: 'Clients of this profile would reach the other one and be told to pair.',
    manual:
      'Two profiles are configured for one port (field failure F-19). Profiles need ports of their own; the default profile has 18789, the profile dev 19001.',
  }),
  defineCheck({
    id: 'port/unknown-owner',
    title: 'The port is used by somebody who cannot be seen',
    severity: 'error',
    needs: ['port', 'config', 'stateFiles', 'host'],
    dependsOn: [...CONFIG, 'owner/other-user'],
    run: ({ port, config, stateFiles, host }) => {
      if (config.config.gateway.mode === 'remote') return notApplicable('the gateway is elsewhere');
      const listener = blocking(port, 'unknown');
      if (listener === undefined) return ok;
      if (hiddenOwnersListener(port, stateFiles, host.uid) === listener) {
        return unknown(
          `it is held by uid ${listener.uid}, to whom the state directory belongs; ask from that account`,
        );
      }
      return problem({
        ...listenerEvidence(listener),
        uid: listener.uid,
        inode: listener.inode,
        hidden: listener.hidden ?? '',
      });
    },
    text: ({ where, uid, inode, hidden, says }) =>
      `${where} is held by a process of uid ${uid} (socket ${inode}); ${says}; ${hidden}.`,
    remedy: ({ port }) => [
      command('sudo', 'clawdbot', 'listeners', '--port', String(port)),
      command('clawdbot', 'config', 'set', 'gateway.port', String(freePortNear(port))),
    ],
    why: 'A gateway cannot start here, and from this account nobody can say what is in the way.',
    manual:
      'The kernel shows the socket and its uid, but not the process: it belongs to another account, or lives in another namespace (a container with a published port). As root the process has a name.',
  }),
  defineCheck({
    id: 'port/stuck',
    title: 'The gateway does not answer',
    severity: 'error',
    level: 'alive',
    needs: ['port', 'owner'],
    dependsOn: CONFIG,
    run: ({ port, owner }) => {
      const listener = listenersOf(port).find(
        // A refused connection: it stopped listening between the look and the question.
        (candidate) =>
          candidate.class === 'ours' &&
          candidate.answer.kind !== 'identity' &&
          candidate.answer.kind !== 'refused',
      );
      if (listener === undefined) return ok;
      if (owner.passing !== undefined) return notApplicable(`it is ${owner.passing}`);
      return problem({
        ...listenerEvidence(listener),
        runState: listener.holders[0]?.runState ?? 'unknown',
        restart: restartRemedies(owner),
      });
    },
    text: ({ where, who, says, runState }) =>
      `${who} listens on ${where} but ${says}${runState === 'T' ? '; the process is stopped by a signal (state T)' : ` (process state ${runState})`}.`,
    remedy: ({ pids, runState, restart }) => [
      ...(runState === 'T' ? pids.slice(0, 1).map((pid) => command('kill', '-CONT', String(pid))) : []),
      ...restart,
    ],
    why: 'Connections are accepted and then hang; to a port test it looks healthy.',
    manual:
      'Health means a correct answer in time, not an open port. A stopped process (state T) continues with SIGCONT. State D waits for a disk or a network file system. State R with no answer is a loop; under systemd the watchdog replaces it within 20 s.',
  }),
  defineCheck({
    id: 'port/family',
    title: '`localhost` may reach another program',
    severity: 'warning',
    needs: ['port', 'config', 'listeners'],
    dependsOn: [...CONFIG, 'port/foreign', 'port/unknown-owner'],
    run: ({ port, config, listeners }) => {
      if (config.config.gateway.mode === 'remote') return notApplicable('the gateway is elsewhere');
      const serving = servingGateway(port)?.pid;
      // Whoever shares a socket with the gateway is its manager, its keeper, or the gateway before or after it.
      const own = listenersOf(port)
        .filter((listener) => listener.class === 'ours')
        .flatMap(({ holders }) => holders.map(({ pid }) => pid));
      const near = listeners.filter(
        (listener) =>
          listener.port === config.settings.port &&
          /^(127\.|::1$|::$|0\.0\.0\.0$)/.test(listener.address) &&
          serving !== undefined &&
          // In a container it knows itself by another number.
          !listener.holders.some(
            ({ pid, innerPid }) => pid === serving || innerPid === serving || own.includes(pid),
          ),
      );
      return near.length === 0 ? ok : problem({ listeners: near.map(socketEvidence) });
    },
    text: ({ listeners }) =>
      listeners.map(({ where, who }) => `${where} belongs to ${who}, on the port of the gateway`).join('\n'),
    remedy: ({ listeners }) => [
      ...listeners.slice(0, 1).map(({ port }) => command('clawdbot', 'listeners', '--port', String(port))),
      advice('Use 127.0.0.1 instead of localhost, or end that program.'),
    ],
    why: 'A name that means two addresses reaches now one, now the other.',
    manual:
      'IPv4 and IPv6 have ports of their own. When the gateway has 127.0.0.1 and somebody else [::1], both binds succeed and localhost decides by chance.',
  }),
  defineCheck({
    id: 'port/ephemeral',
    title: 'The port may be given to an outgoing connection',
    severity: 'warning',
    needs: ['config', 'host'],
    dependsOn: CONFIG,
    run: ({ config, host }) => {
      if (config.config.gateway.mode === 'remote') return notApplicable('the gateway is elsewhere');
      const { port } = config.settings;
      const within = ({ low, high }: { low: number; high: number }): boolean => port >= low && port <= high;
      if (!within(host.ephemeral) || host.reserved.some(within)) return ok;
      return problem({ port, range: `${host.ephemeral.low}-${host.ephemeral.high}` });
    },
    text: ({ port, range }) =>
      `Port ${port} lies in the range ${range} from which the kernel takes ports for outgoing connections.`,
    remedy: ({ port }) => [
      command('sudo', 'sysctl', '-w', `net.ipv4.ip_local_reserved_ports=${port}`),
      command('clawdbot', 'config', 'set', 'gateway.port', '18789'),
    ],
    why: 'One day a start fails because some connection has the port, and nobody listens on it.',
    manual:
      'See ip_local_port_range and ip_local_reserved_ports of Documentation/networking/ip-sysctl. Reserving the port is enough; put it into /etc/sysctl.d to keep it.',
  }),
  defineCheck({
    id: 'port/drift',
    title: 'The gateway listens on another port than configured',
    severity: 'warning',
    needs: ['units', 'config', 'gatewayService', 'gateways', 'port', 'owner', 'stateFiles', 'host'],
    dependsOn: CONFIG,
    run: ({ units, config, gatewayService, gateways, port: verdict, owner, stateFiles, host }) => {
      const { port } = config.settings;
      // First, since a gateway whose sockets belong to systemd cannot be taken over.
      const note = gatewayService?.notes.find(({ id }) => id === 'port/drift');
      if (note !== undefined)
        return problem({
          configured: port,
          source: config.settings.sources.port,
          unit: gatewayService?.unit.name ?? '',
          said: note.text,
        });
      const live = gateways.find(({ whose }) => whose === 'ours');
      if (live !== undefined && live.port !== port && servingGateway(verdict) === undefined) {
        if (isFollowing({ config, owner, stateFiles, host })) return notApplicable(FOLLOWS);
        return problem({
          configured: port,
          source: config.settings.sources.port,
          unit: '',
          said: `the gateway of this state directory (pid ${live.pid}) listens on ${live.address}:${live.port}`,
        });
      }
      const other = units.units.find(
        ({ kind, directives, isOurs }) =>
          kind === 'gateway' && !isOurs && directives.port !== undefined && directives.port !== port,
      );
      if (other === undefined) return ok;
      return problem({
        configured: port,
        source: config.settings.sources.port,
        unit: other.path,
        said: `${other.path} says ${other.directives.port}, which wins for the service`,
      });
    },
    text: ({ configured, source, said }) => `The ${source} port is ${configured}; ${said}.`,
    remedy: ({ unit }) => [
      command('clawdbot', 'gateway', unit === '' ? 'takeover' : 'install'),
      command('clawdbot', 'listeners', '--all'),
    ],
    why: 'The service listens on one port, and every command looks at the other.',
    manual:
      'The port in force is that of --port, then CLAWDBOT_GATEWAY_PORT of the unit, then the config. A socket unit wins over all of them until the next install.',
  }),
];

/** A listener of a class that keeps the gateway from starting: none of ours serves. */
function blocking(port: PortVerdict, kind: ClassifiedListener['class']) {
  if (port.kind !== 'taken' || servingGateway(port) !== undefined) return undefined;
  return port.listeners.find((listener) => listener.class === kind);
}

function listenerEvidence(listener: ClassifiedListener) {
  return { ...socketEvidence(listener), says: answerText(listener) };
}

function socketEvidence(listener: Listener) {
  const { family, address, port, holders } = listener;
  const where = `${family === 'ipv6' ? `[${address}]` : address}:${port}`;
  const who = holders
    .map(
      ({ pid, uid, name, program, starter, ageMs }) =>
        `${name} pid ${pid} of uid ${uid}${program === undefined ? '' : ` (${program})`}, started by ${describeStarter(starter)} ${formatAge(ageMs)} ago`,
    )
    .join('; ');
  const pids = holders.map(({ pid }) => pid);
  return { where, who: who || `uid ${listener.uid}`, pids, port };
}
