import type { PairedDevice } from '../../protocol/index.ts';
import { OpsError } from '../../state/index.ts';
import { resolveNode } from './resolve-node.ts';

/** The paired device a person means, by the same ways a node is named. @throws `node/unknown`, `node/ambiguous` */
export function pickDevice(paired: readonly PairedDevice[], query: string, intention: string): PairedDevice {
  const choice = resolveNode(
    query,
    paired.map((device) => ({ ...device, nodeId: device.deviceId })),
  );
  if (choice.kind === 'found') return choice.node;
  const why =
    choice.kind === 'unknown'
      ? `unknown device: ${query}${choice.known.length === 0 ? '' : ` (known: ${choice.known.join(', ')})`}`
      : `ambiguous device: ${query} (matches: ${choice.matches.join(', ')})`;
  throw new OpsError(
    choice.kind === 'unknown' ? 'node/unknown' : 'node/ambiguous',
    `cannot ${intention}: ${why}`,
    {
      remedies: [{ kind: 'run', command: ['clawdbot', 'devices', 'list'] }],
    },
  );
}
