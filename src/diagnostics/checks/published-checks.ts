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
import type { SeenGateway } from '../facts/gateways.ts';
import { journal, systemctl } from './about-unit.ts';
import { exposedListeners } from './exposed-listeners.ts';

/** 60 s: a published node needs 10 s to start and tries again after at most 30 s. */
const PATIENCE_MS = 60_000;

/** 5 min: on a busy machine one was seen to need 90 s from its start to its first answer. */
const START_MS = 300_000;

/** Published programs beside ours, or instead of it. */
export const publishedChecks: readonly Check[] = [
  defineCheck({
    id: 'legacy/running',
    title: 'A gateway of the real product runs here',
    severity: 'advice',
    needs: ['gateways'],
    dependsOn: ['owner/two-owners', 'lock/split', 'legacy/stuck'],
    run: ({ gateways }) => {
      const real = gateways.filter(({ whose }) => whose === 'real');
      return real.length === 0 ? ok : problem({ gateways: real.map(evidence) });
    },
    text: ({ gateways }) => describeEach(gateways, ({ answers }) => (answers ? '' : ', does not answer yet')),
    remedy: () => [command('clawdbot', 'gateway', 'install', '--dry-run')],
    why: 'It has none of the protections against two owners; its state can be taken over.',
    manual:
      'The real program locks a file in the temporary directory, which cleaners remove. This gateway takes over its pairings at the first start on the same state directory, when the other one is stopped.',
  }),
  defineCheck({
    id: 'legacy/stuck',
    title: 'A published gateway does not answer',
    severity: 'error',
    needs: ['gateways'],
    dependsOn: ['lock/split'],
    run: ({ gateways }) => {
      const stuck = gateways.filter(
        ({ whose, answers, runState, ageMs }) =>
          whose === 'real' && !answers && (runState === 'T' || ageMs > START_MS),
      );
      return stuck.length === 0 ? ok : problem({ gateways: stuck.map(evidence) });
    },
    text: ({ gateways }) =>
      describeEach(gateways, ({ runState }) =>
        runState === 'T'
          ? ', is stopped by a signal (state T)'
          : `, accepts connections and does not answer (process state ${runState})`,
      ),
    remedy: ({ gateways }) =>
      gateways.slice(0, 1).flatMap(({ pid, runState, unit, scope }) => [
        ...(runState === 'T' ? [command('kill', '-CONT', String(pid))] : []),
        // One started by hand is started anew by whoever did it.
        unit === null ? command('kill', String(pid)) : systemctl(scope, 'restart', unit),
      ]),
    why: 'Connections are accepted and then hang; to a port test it looks healthy.',
    manual:
      'A published gateway of this state directory, or of this home, has the port open and gives no answer within 1 s. It has no watchdog, so nothing starts it again. A stopped process (state T) continues with SIGCONT; one in state R is in a loop, one in state D waits for a disk. In its first five minutes only a stopped one is called stuck: its start keeps it busy.',
  }),
  defineCheck({
    id: 'legacy/exposed',
    title: 'A published gateway serves the whole network without TLS',
    severity: 'warning',
    needs: ['gateways', 'listeners'],
    run: ({ gateways, listeners }) => {
      // An answer in plain HTTP is how it was found.
      const answering = gateways.filter(({ answers }) => answers);
      const open = exposedListeners({ gateways: answering, listeners }, 'real');
      return open.length === 0 ? ok : problem({ gateways: open });
    },
    text: ({ gateways }) =>
      gateways
        .map(
          ({ pid, program, address, port }) =>
            `pid ${pid} (${program}) answers plain HTTP on ${address}:${port}`,
        )
        .join('\n'),
    remedy: ({ gateways }) => [
      advice('Set gateway.bind to loopback in its config and publish it through tailscale serve.'),
      command('clawdbot', 'listeners', '--port', String(gateways[0]?.port ?? 18_789)),
    ],
    why: 'Tokens cross the network readable, and everybody who reaches the port can try passwords.',
    manual:
      'OpenClaw binds every address when it believes to be in a container, the others when told to. Only loopback, a tailnet address or TLS keep a token from being read on its way.',
  }),
  defineCheck({
    id: 'legacy/modes',
    title: 'Others may read the files of a published program',
    severity: 'warning',
    needs: ['published'],
    run: ({ published }) => {
      const files = published.homes.flatMap(({ product, open }) =>
        open.map((file) => ({ product, ...file })),
      );
      return files.length === 0 ? ok : problem({ files });
    },
    text: ({ files }) =>
      files
        .map(
          ({ product, path, mode }) => `${path} (${product}) has mode ${mode.toString(8).padStart(4, '0')}`,
        )
        .join('\n'),
    remedy: ({ files }) =>
      files.map(({ path, isDirectory }) => command('chmod', isDirectory ? '0700' : '0600', path)),
    fix: {
      risk: 'a program of another account that reads these files on purpose no longer can',
      class: 'safe',
      steps: ({ files }) =>
        files.map(({ path, mode, isDirectory }) => ({
          kind: 'mode',
          path,
          from: mode,
          to: isDirectory ? 0o700 : 0o600,
        })),
    },
    why: 'Tokens, device keys and approvals in these files let anyone with an account here act as the owner.',
    manual:
      'Clawdbot 2026.1 writes its state with the umask of whoever started it, usually 0644 in directories of 0755. OpenClaw keeps its directory private. Narrowing the modes disturbs neither.',
  }),
  defineCheck({
    id: 'legacy/parked-node',
    title: 'A published node is connected to no gateway',
    severity: 'error',
    needs: ['published'],
    run: ({ published }) => {
      const { nodes } = published;
      if (nodes.length === 0) return notApplicable('no published node host runs');
      const lost = nodes.filter(
        ({ isConnected, ageMs, lately }) => isConnected === false && (ageMs > PATIENCE_MS || lately >= 2),
      );
      if (lost.length > 0) return problem({ nodes: lost });
      const hidden = nodes.find(({ isConnected }) => isConnected === undefined);
      return hidden === undefined ? ok : unknown(`the connections of pid ${hidden.pid} may not be read`);
    },
    text: ({ nodes }) =>
      nodes
        .map(({ unit, restarts, host, port, said }) => {
          const again = restarts === 0 ? 'runs' : `was started again ${restarts} times`;
          return `${unit} ${again} and has no connection to ${host}:${port}${said === undefined ? '' : `; it said: ${said}`}`;
        })
        .join('\n'),
    remedy: ({ nodes }) =>
      nodes.flatMap(({ scope, unit, isUnpaired }) => [
        ...(isUnpaired
          ? [advice('On the machine of its gateway: clawdbot nodes pending, then clawdbot nodes approve ID.')]
          : []),
        journal(scope, unit),
        systemctl(scope, 'restart', unit),
      ]),
    why: 'To systemd all is well, and no command reaches this machine.',
    manual:
      'A published node that is refused (close code 1008, `pairing required`, a wrong token) ends with status 0 and is started again every few seconds, for ever; refused later, it may stop trying and stay alive without a word. Approve its request on the gateway; the unit then connects at its next attempt. The kernel knows the truth: a node that works has an established connection to its gateway.',
  }),
];

type RealGateway = {
  pid: number;
  program: string;
  uid: number;
  address: string;
  port: number;
  startedBy: string;
  unit: string | null;
  scope: 'user' | 'system';
  answers: boolean;
  runState: string;
};

function evidence(gateway: SeenGateway): RealGateway {
  const { pid, program, uid, address, port, startedBy, answers, runState } = gateway;
  const isUnit = startedBy.kind === 'unit';
  return {
    ...{ pid, program, uid, address, port, answers, runState },
    startedBy: describeStarter(startedBy),
    unit: isUnit ? startedBy.unit : null,
    scope: isUnit ? startedBy.scope : 'user',
  };
}

/** A line per process, with every address it listens on. */
function describeEach(gateways: readonly RealGateway[], state: (gateway: RealGateway) => string): string {
  return [...new Map(gateways.map((gateway) => [gateway.pid, gateway])).values()]
    .map((gateway) => {
      const own = gateways.filter(({ pid }) => pid === gateway.pid);
      const where = own.map(({ address, port }) => `${address}:${port}`).join(', ');
      return `pid ${gateway.pid} (${gateway.program}) on ${where}, started by ${gateway.startedBy}${state(gateway)}`;
    })
    .join('\n');
}
