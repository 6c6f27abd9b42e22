import type { NodeEntry } from '../../protocol/index.ts';
import { OpsError } from '../../state/index.ts';
import type { Gateway } from '../connection/gateway.ts';
import { listIn, recordOf } from '../connection/payload.ts';
import { resolveNode } from './resolve-node.ts';

/** `node.list`, entries without an id left out. */
export async function fetchNodes(gateway: Gateway): Promise<NodeEntry[]> {
  const payload = await gateway.call('node.list');
  // Entries come from a peer: the lists that are read below are made sure of, everything else is optional text.
  return listIn(payload, 'nodes').flatMap((entry) => {
    const node = recordOf(entry);
    if (typeof node['nodeId'] !== 'string') return [];
    const caps = Array.isArray(node['caps']) ? node['caps'].map(String) : [];
    const commands = Array.isArray(node['commands']) ? node['commands'].map(String) : [];
    return [
      {
        ...node,
        caps,
        commands,
        connected: node['connected'] === true,
        paired: node['paired'] === true,
      } as NodeEntry,
    ];
  });
}

/**
 * The node that `--node` names.
 * @throws `node/unknown`, `node/ambiguous`
 */
export function pickNode(nodes: readonly NodeEntry[], query: string, intention: string): NodeEntry {
  const choice = resolveNode(query, nodes);
  switch (choice.kind) {
    case 'found':
      return choice.node;
    case 'unknown': {
      const known = choice.known.length === 0 ? '' : ` (known: ${choice.known.join(', ')})`;
      throw new OpsError('node/unknown', `cannot ${intention}: unknown node: ${query}${known}`, {
        remedies: [
          { kind: 'run', command: ['clawdbot', 'nodes', choice.known.length === 0 ? 'pending' : 'status'] },
        ],
      });
    }
    case 'ambiguous':
      throw new OpsError(
        'node/ambiguous',
        `cannot ${intention}: ambiguous node: ${query} (matches: ${choice.matches.join(', ')})`,
        {
          remedies: [
            { kind: 'read', text: 'name it by its id; clawdbot nodes status --json shows ids in full' },
          ],
        },
      );
  }
}
