import { advice, type Check, command, defineCheck, notApplicable, ok, problem } from '../engine/check.ts';
import type { ProbeFact } from '../facts/probe.ts';

const NOBODY = 'no gateway of this state directory answers';

/** Group F of the catalogue, seen from the gateway: peers that are in trouble of their own making. */
export const peerChecks: readonly Check[] = [
  defineCheck({
    id: 'node/identity',
    title: 'Two nodes have one identity',
    severity: 'warning',
    needs: ['probe'],
    run: ({ probe }) => countOf(probe, 'twins'),
    text: ({ count }) => `Nodes with more than one live connection at the gateway: ${count}.`,
    remedy: () => [
      command('clawdbot', 'nodes', 'status'),
      advice(
        'Both addresses are in the log of the gateway. On the copy: stop the node, remove ~/.clawdbot/identity, start it, and approve it as a machine of its own.',
      ),
    ],
    why: 'Commands go to the one that connected last, which may be the wrong machine.',
    manual:
      'The identity of a node is a key in its state directory. A cloned virtual machine, a home shared by two machines, or two node hosts of one home have the same one. Both connections are kept; the newest serves. A connection whose machine vanished counts until its silence is noticed.',
  }),
  defineCheck({
    id: 'node/lockout',
    title: 'Somebody is locked out after wrong credentials',
    severity: 'warning',
    needs: ['probe'],
    run: ({ probe }) => countOf(probe, 'lockouts'),
    text: ({ count }) => `Sources that have to wait because of wrong credentials: ${count}.`,
    remedy: () => [command('clawdbot', 'devices', 'lockouts'), command('clawdbot', 'devices', 'unlock')],
    why: 'A machine with an old token cannot connect even after it has the right one, or somebody guesses.',
    manual:
      'Ten tries with one wrong credential, or thirty with any, within a minute lock that pair, or that source, out for a minute after the last try. Peers of this machine are only answered later, never locked out. The list tells the credential by the start of its hash: the same one again and again is a machine with an old token, many different ones are guesses. Mend the machine first, then unlock it.',
  }),
];

function countOf(probe: ProbeFact, kind: 'twins' | 'lockouts') {
  if (probe.kind === 'none') return notApplicable(NOBODY);
  const count = probe.peers[kind];
  return count === 0 ? ok : problem({ count });
}
