import { invalidRequest, RequestError, unavailable } from '../../protocol/index.ts';
import type { GatewayCore } from '../core.ts';
import type { ReadyConnection } from '../session/connections.ts';

/** The connection that serves a node. @throws {RequestError} when there is none, the way gateway-protocol §15 says it */
export function servingNode(core: GatewayCore, wanted: string): ReadyConnection {
  const nodeId = wanted.trim();
  if (nodeId === '') throw invalidRequest('nodeId required');
  const node = core.nodes.serving(nodeId);
  if (node !== undefined) return node;
  const nodeError = { code: 'NOT_CONNECTED', message: 'node not connected' };
  throw unavailable('node not connected', { nodeError });
}

/** One command of the gateway itself to a node; the node's own errors come in `details.nodeError`. */
export async function askNode(
  core: GatewayCore,
  wanted: string,
  call: { command: string; params: object; timeoutMs?: number },
): Promise<unknown> {
  const node = servingNode(core, wanted);
  const { command, params, timeoutMs } = call;
  const { payload } = await core.invokes.call(node, {
    nodeId: wanted.trim(),
    command,
    paramsJson: JSON.stringify(params),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  });
  if (payload === undefined)
    throw new RequestError({ code: 'UNAVAILABLE', message: 'node sent an empty answer' });
  return payload;
}
