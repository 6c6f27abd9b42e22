import * as z from 'zod/mini';
import { invalidRequest, type SystemRunParams, unavailable } from '../../protocol/index.ts';
import type { GatewayCore } from '../core.ts';
import { askNode, servingNode } from '../nodes/ask-node.ts';

/** A decision takes milliseconds; a node that needs longer is not well, and people wait for it. */
const EXPLAIN_WITHIN_MS = 5_000;
const COMMAND = 'system.execApprovals.explain';

/** What the gateway itself reads of a node's explanation; everything else is passed on as it came. */
const schema = z.looseObject({
  decision: z.enum(['allow', 'ask', 'deny']),
  code: z.string(),
  reason: z.string(),
  programs: z.array(z.looseObject({ path: z.optional(z.string()), covered: z.boolean(), why: z.string() })),
  binding: z.optional(z.string()),
});

export type NodeExplanation = z.infer<typeof schema>;

/** Can this node explain? The real program's cannot. */
export function canExplain(core: GatewayCore, nodeId: string): boolean {
  return servingNode(core, nodeId).peer.surface?.commands.includes(COMMAND) ?? false;
}

/** The node's own account of what it would decide. @throws {RequestError} not connected, cannot explain, no sensible answer */
export async function explainOnNode(
  core: GatewayCore,
  nodeId: string,
  params: SystemRunParams & { file?: object },
): Promise<NodeExplanation> {
  if (!canExplain(core, nodeId)) {
    throw invalidRequest('this node cannot explain its decisions: its program does not know how');
  }
  const answer = await askNode(core, nodeId, { command: COMMAND, params, timeoutMs: EXPLAIN_WITHIN_MS });
  const parsed = schema.safeParse(answer);
  if (!parsed.success) throw unavailable('the explanation of the node cannot be read');
  return parsed.data;
}

/**
 * The same for somebody who wants to ask people about the run.
 * @throws {RequestError} also when the node refuses in any case: then nobody is to be asked
 */
export async function explainToAsker(
  core: GatewayCore,
  nodeId: string,
  run: SystemRunParams,
): Promise<NodeExplanation> {
  const explained = await explainOnNode(core, nodeId, run);
  // A miss with `ask: off` is the one denial that a person can lift.
  if (explained.decision === 'deny' && explained.code !== 'miss') {
    throw invalidRequest(`nobody was asked, the node refuses in any case: ${explained.reason}`, {
      reason: explained.code,
    });
  }
  return explained;
}
