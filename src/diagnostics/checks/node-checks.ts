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
import type { NodeFact } from '../facts/node.ts';
import { closedByOwner } from './closed-state.ts';
import { isUnderWay } from './passing.ts';

/** What has to be put right first when the gateway of this machine is what a node cannot reach. */
const GATEWAY = ['gateway/down', 'port/stuck', 'gateway/not-ready'];

/** Group F of the catalogue: this machine as a node, and nodes that wait for the gateway of this machine. */
export const nodeChecks: readonly Check[] = [
  defineCheck({
    id: 'node/store',
    title: 'The pairing database is damaged',
    severity: 'error',
    level: 'ready',
    needs: ['pairing'],
    run: ({ pairing }) =>
      pairing.kind === 'damaged' ? problem({ path: pairing.path, reason: pairing.reason }) : ok,
    text: ({ path, reason }) => `${path} cannot be used: ${reason}`,
    remedy: ({ path }) => [
      command('clawdbot', 'gateway', 'stop'),
      command('cp', path, `${path}.damaged`),
      advice(`Restore ${path} from a backup, or move it away: every device then has to pair again.`),
    ],
    why: 'The gateway refuses to start with it; it never counts as empty.',
    manual:
      'A disk error, a copy of a file in use, or another program wrote over it. The file is left as it is.',
  }),
  defineCheck({
    id: 'node/pending-elsewhere',
    title: 'Devices wait for approval',
    severity: 'advice',
    needs: ['pairing'],
    run: ({ pairing }) =>
      pairing.kind === 'open' && pairing.pending.length > 0
        ? problem({ store: pairing.path, requests: pairing.pending })
        : ok,
    text: ({ store, requests }) =>
      requests
        .map(({ name, kind, requestId }) => `${name} asks (${kind}, request ${requestId}, kept in ${store})`)
        .join('\n'),
    remedy: ({ requests }) => [
      command('clawdbot', 'nodes', 'pending'),
      ...requests.map(({ kind, requestId }) =>
        kind === 'device'
          ? command('clawdbot', 'devices', 'approve', requestId)
          : command('clawdbot', 'nodes', 'approve', requestId),
      ),
    ],
    why: 'They cannot do anything until somebody decides.',
    manual:
      'A request of a device lives five minutes and is made again with the next attempt; a request for more commands stays. Approve only what you know.',
  }),
  defineCheck({
    id: 'node/waiting',
    title: 'The node host of this machine waits for approval',
    severity: 'warning',
    needs: ['node'],
    dependsOn: ['node/pending-elsewhere'],
    run: ({ node }) => {
      const status = running(node);
      if (status === undefined) return notApplicable('no node host runs');
      if (status.state.state !== 'waiting-for-approval') return ok;
      return problem({
        url: status.url,
        requestId: status.state.requestId ?? null,
        approveWith: status.state.approveWith ?? [],
      });
    },
    text: ({ url }) => `The network and the token are fine; ${url} wants this node to be approved.`,
    remedy: ({ approveWith }) =>
      approveWith.length === 0
        ? [advice('On the gateway machine run: clawdbot nodes pending')]
        : [command(...approveWith)],
    why: 'Until then no command runs on this machine.',
    manual:
      'Pairing is decided on the machine of the gateway. Look there with the profile and account that the gateway runs with.',
  }),
  defineCheck({
    id: 'node/offer-waiting',
    title: 'The second approval of this node is missing',
    severity: 'warning',
    needs: ['node'],
    run: ({ node }) => {
      const status = running(node);
      if (status === undefined) return notApplicable('no node host runs');
      const { state, offerWaiting } = status.state;
      if (state !== 'connected' || offerWaiting === undefined) return ok;
      return problem({ url: status.url, requestId: offerWaiting.requestId ?? null });
    },
    text: ({ url }) =>
      `It is paired with ${url} and connected; the people there have not approved what it offers.`,
    remedy: ({ requestId }) => [
      advice(
        `On the machine of that gateway: openclaw nodes ${requestId === null ? 'pending' : `approve ${requestId}`}`,
      ),
    ],
    why: 'Every command it is asked for is refused until then.',
    manual:
      'OpenClaw gateways ask twice: about the device, and about the commands it offers. This program asks once. The node takes up work at the moment of the approval, without a restart.',
  }),
  defineCheck({
    id: 'node/zombie',
    title: 'The node host is alive but does nothing',
    severity: 'error',
    needs: ['node', 'host'],
    run: ({ node, host }) => {
      const status = running(node);
      if (status === undefined) return notApplicable('no node host runs');
      // 2 min: longer than the longest pause between attempts and the time an attempt may take.
      const limit = host.nowMs - 120_000;
      const isOverdue =
        status.nextAttemptAt !== undefined && status.nextAttemptAt < limit && status.updatedAt < limit;
      const isEndless =
        status.state.state === 'connecting' &&
        (status.state.since ?? host.nowMs) < limit &&
        status.updatedAt < limit;
      if (!isOverdue && !isEndless) return ok;
      return problem({
        pid: status.pid,
        state: status.state.state,
        lastError: status.lastError?.text ?? null,
        silentMs: host.nowMs - status.updatedAt,
        runState: node.kind === 'status' ? (node.runState ?? 'unknown') : 'unknown',
      });
    },
    text: ({ pid, state, silentMs, lastError }) =>
      `pid ${pid} says ${state} for ${Math.round(silentMs / 60_000)} min without an attempt${lastError === null ? '' : `; last error: ${lastError}`}.`,
    remedy: ({ pid, runState }) => [
      // T: stopped by a signal.
      ...(runState === 'T' ? [command('kill', '-CONT', String(pid))] : []),
      command('clawdbot', 'node', 'restart'),
    ],
    why: 'It looks like it runs, and stays away for ever.',
    manual:
      'A node host always has an attempt running or a time for the next one. One whose time has passed is stopped by a signal (state T) or hangs in the kernel.',
  }),
  defineCheck({
    id: 'node/auth-loop',
    title: 'The gateway refuses this node',
    severity: 'error',
    needs: ['node'],
    dependsOn: GATEWAY,
    run: ({ node }) => refusal(node, 'credentials', /./),
    text: ({ url, text }) => `${url}: ${text}`,
    remedy: ({ remedy }) => [
      ...(remedy === null ? [] : [advice(remedy)]),
      command('clawdbot', 'node', 'status'),
      advice('Give the node the token of the gateway: CLAWDBOT_GATEWAY_TOKEN=… clawdbot node install'),
    ],
    why: 'Trying again does not help, and too many attempts lock it out.',
    manual:
      'The token was changed or revoked, or is that of another gateway. The node tries seldom until its settings change.',
  }),
  defineCheck({
    id: 'node/version-skew',
    title: 'Gateway and node do not speak the same version',
    severity: 'error',
    needs: ['node'],
    dependsOn: GATEWAY,
    run: ({ node }) => refusal(node, 'refused', /protocol/),
    text: ({ url, text }) => `${url}: ${text}`,
    remedy: () => [command('clawdbot', '--version'), advice('Update the older side.')],
    why: 'The node cannot connect until one side is updated.',
    manual:
      'Both sides say which versions of the protocol they speak. This program speaks the present one and the one before.',
  }),
  defineCheck({
    id: 'node/backoff',
    title: 'The node host of this machine is not connected',
    severity: 'warning',
    needs: ['node', 'host'],
    dependsOn: [
      ...GATEWAY,
      'node/zombie',
      'node/auth-loop',
      'node/version-skew',
      'node/certificate',
      'node/clock',
    ],
    run: ({ node, host }) => {
      const status = running(node);
      if (status === undefined) return notApplicable('no node host runs');
      // A first attempt, or a gateway that is being restarted, is no fault.
      if (status.state.state !== 'backoff' || (status.state.attempt ?? 0) < 3) return ok;
      const inMs = (status.nextAttemptAt ?? host.nowMs) - host.nowMs;
      return problem({
        url: status.url,
        text: status.lastError?.text ?? 'no reason',
        attempts: status.state.attempt ?? 0,
        nextInMs: Math.max(0, inMs),
      });
    },
    text: ({ url, text, attempts, nextInMs }) =>
      `${url}: ${text} (${attempts} attempts, the next in ${Math.ceil(nextInMs / 1000)} s)`,
    remedy: ({ url }) => [command('clawdbot', 'probe', url), command('clawdbot', 'node', 'status')],
    why: 'No command runs on this machine until it connects.',
    manual:
      'The node goes on trying with growing pauses. The last error says what is in the way: no route, nobody listening, a proxy, a certificate.',
  }),
  defineCheck({
    id: 'node/certificate',
    title: 'The certificate of the gateway is not the pinned one',
    severity: 'error',
    needs: ['node'],
    dependsOn: GATEWAY,
    run: ({ node }) => refusal(node, 'refused', /fingerprint mismatch|certificate/),
    text: ({ url, text }) => `${url}: ${text}`,
    remedy: () => [
      advice('Compare the fingerprint on the gateway machine: clawdbot config get gateway.tls'),
      command('clawdbot', 'node', 'pin', 'SHA256'),
    ],
    why: 'The node cannot tell whether it talks to its gateway, and does not connect.',
    manual:
      'The certificate was renewed, or somebody is in between. Never switch verification off: take the new fingerprint from the gateway machine itself.',
  }),
  defineCheck({
    id: 'node/clock',
    title: 'The clocks of gateway and node differ',
    severity: 'error',
    needs: ['node'],
    run: ({ node }) => refusal(node, 'refused', /signature expired/),
    text: ({ url, text }) => `${url}: ${text}`,
    remedy: () => [command('timedatectl', 'set-ntp', 'true'), command('timedatectl', 'status')],
    why: 'Signatures carry the time; a gateway refuses those of another time.',
    manual: 'Compare `date -u` on both machines. Virtual machines lose time when they are suspended.',
  }),
  defineCheck({
    id: 'node/stopped',
    title: 'The node service does not run',
    severity: 'error',
    needs: ['units'],
    dependsOn: [
      'storm/latched',
      'storm/exit-code',
      'unit/runtime-gone',
      'unit/package-gone',
      'unit/masked',
      'unit/no-bus',
    ],
    run: ({ units }) => {
      const unit = units.units.find(({ kind, isOurs, enabled }) => kind === 'node' && isOurs && enabled);
      if (unit === undefined) return notApplicable('no node service is installed');
      if (unit.loaded === undefined) return unknown('its manager cannot be asked');
      if (unit.loaded.activeState !== 'inactive' || isUnderWay(unit)) return ok;
      return problem({ unit: unit.unit });
    },
    text: ({ unit }) => `${unit} is installed and stopped.`,
    remedy: () => [command('clawdbot', 'node', 'start')],
    why: 'No command runs on this machine.',
    manual: 'Somebody stopped it, or it ended cleanly. It starts at the next boot or login.',
  }),
  defineCheck({
    id: 'node/status',
    title: 'The status of the node host is unreadable',
    severity: 'advice',
    needs: ['node', 'stateFiles', 'host'],
    run: ({ node, stateFiles, host }) => {
      if (node.kind !== 'unreadable') return ok;
      const { path, reason } = node;
      const closed = closedByOwner(stateFiles, host, reason);
      return closed === undefined ? problem({ path, reason }) : unknown(closed);
    },
    text: ({ path, reason }) => `${path}: ${reason}`,
    remedy: ({ path }) => [command('rm', path), command('clawdbot', 'node', 'restart')],
    fix: {
      risk: 'none: a node host writes it again',
      class: 'safe',
      steps: ({ path }) => [{ kind: 'set-aside', path }],
    },
    why: 'Nothing can be said about the node host of this machine.',
    manual: 'The file is information only; a running node host writes it again with its next change.',
  }),
];

type Status = Extract<NodeFact, { kind: 'status' }>['status'];

function running(node: NodeFact): Status | undefined {
  return node.kind === 'status' && node.isRunning ? node.status : undefined;
}

/** The last error when it is of this class (src/node/link/failure.ts), says this, and still stands. */
function refusal(node: NodeFact, kind: string, words: RegExp) {
  const status = running(node);
  if (status === undefined) return notApplicable('no node host runs');
  const { lastError } = status;
  if (status.state.state !== 'backoff' || lastError?.class !== kind || !words.test(lastError.text)) return ok;
  return problem({
    url: status.url,
    text: lastError.text,
    class: lastError.class,
    remedy: lastError.remedy ?? null,
  });
}
