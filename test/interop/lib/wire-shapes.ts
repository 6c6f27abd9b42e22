import { at, isObject, type JsonObject } from '../../replay/json.ts';
import type { Cli } from './cli.ts';
import { until } from './scratch.ts';

/** The entries of a list in a JSON answer; none when it is absent. */
export function listIn(answer: unknown, key: string): JsonObject[] {
  const list = at(answer, key);
  return Array.isArray(list) ? list.filter(isObject) : [];
}

/** Waits until a command line sees a pairing request of this role and gives its id. */
export async function pendingRequest(cli: Cli, role: string): Promise<string> {
  return until(`a pairing request of role ${role}`, async () => {
    const pending = listIn(await cli.json(['devices', 'list', '--json']), 'pending');
    const request = pending.find((entry) => entry.role === role);
    return request === undefined ? undefined : String(request.requestId);
  });
}

/** Waits until a command line sees exactly this node connected (or not) and gives its id. */
export async function nodeThatIs(
  cli: Cli,
  state: 'connected' | 'away',
  displayName: string,
): Promise<string> {
  return until(`the node ${displayName} ${state}`, async () => {
    const nodes = listIn(await cli.json(['nodes', 'status', '--json']), 'nodes');
    const node = nodes.find((entry) => entry.displayName === displayName);
    return node?.connected === (state === 'connected') ? String(node.nodeId) : undefined;
  });
}
