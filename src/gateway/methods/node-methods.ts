import {
  EXEC_OUTPUT_EVENT,
  execOutputSchema,
  invalidRequest,
  runDecisionSchema,
} from '../../protocol/index.ts';
import { askNode, servingNode } from '../nodes/ask-node.ts';
import { forwardOutput } from '../nodes/forward-output.ts';
import { describeNode, listNodes } from '../nodes/node-entries.ts';
import { nodeIdOf } from '../nodes/node-registry.ts';
import { requesterOf } from '../nodes/requester.ts';
import { invokeNode } from './invoke-node.ts';
import type { Call, Methods } from './method.ts';

/** Nodes as operators see them, and what nodes send. */
export const nodeMethods: Methods<
  | 'node.list'
  | 'node.describe'
  | 'node.stats'
  | 'node.invoke'
  | 'node.invoke.cancel'
  | 'node.invoke.result'
  | 'node.invoke.progress'
  | 'node.event'
  | 'node.rename'
  | 'skills.bins'
> = {
  'node.list': ({ core, connection }) => ({
    ts: core.now(),
    nodes: listNodes(core, connection.peer.protocol),
  }),

  'node.describe': ({ core, connection }, { nodeId }) => {
    const entry = describeNode(core, nodeId.trim(), connection.peer.protocol);
    if (entry === undefined) throw invalidRequest('unknown nodeId');
    return { ts: core.now(), ...entry };
  },

  'node.stats': async ({ core }, { nodeId }) => {
    const declared = servingNode(core, nodeId).peer.surface?.commands ?? [];
    if (!declared.includes('system.stats')) {
      throw invalidRequest('this node does not tell how busy it is: its program does not know how');
    }
    const stats = await askNode(core, nodeId, { command: 'system.stats', params: {}, timeoutMs: 5_000 });
    return { ts: core.now(), nodeId, stats };
  },

  'node.invoke': invokeNode,

  'node.invoke.cancel': ({ core, connection }, { nodeId, idempotencyKey }) => {
    const running = core.memory.get(`${requesterOf(connection)} ${idempotencyKey}`);
    const cancelled =
      running?.finishedAtMs === undefined &&
      running?.invokeId !== undefined &&
      running.nodeId === nodeId &&
      core.invokes.cancel(running.invokeId, nodeId);
    return { ok: true, cancelled };
  },

  'node.invoke.result': ({ core, connection }, params) => {
    if (params.nodeId !== nodeIdOf(connection)) throw invalidRequest('nodeId mismatch');
    return core.invokes.settle(connection, params) ? { ok: true } : { ok: true, ignored: true };
  },

  'node.invoke.progress': ({ core, connection }, params) => {
    if (params.nodeId !== nodeIdOf(connection)) throw invalidRequest('nodeId mismatch');
    return forwardOutput(core, connection, params) ? { ok: true } : { ok: true, ignored: true };
  },

  'node.event': (call, params) => {
    if (params.event === EXEC_OUTPUT_EVENT) {
      const chunk = execOutputSchema.safeParse(params.payload ?? parseJson(params.payloadJSON));
      if (chunk.success) forwardOutput(call.core, call.connection, chunk.data);
    }
    if (params.event === 'exec.denied' || params.event === 'exec.finished') noteDecision(call, params);
    return { ok: true };
  },

  'node.rename': ({ core, connection }, { nodeId, displayName }) => {
    const name = displayName.trim();
    if (name === '') throw invalidRequest('displayName required');
    if (!core.store.nodes.rename(nodeId, name)) throw invalidRequest('unknown nodeId');
    core.audit({ actor: requesterOf(connection), action: 'node.rename', subject: nodeId, detail: { name } });
    return { nodeId, displayName: name };
  },

  'skills.bins': () => ({ bins: [] }),
};

/** Keeps what the node says it decided, for the audit row of that run; it comes before the result. */
function noteDecision(
  { core, connection }: Call,
  params: { payload?: unknown; payloadJSON?: string | null | undefined },
): void {
  const payload = params.payload ?? parseJson(params.payloadJSON);
  if (typeof payload !== 'object' || payload === null || !('decision' in payload)) return;
  const decision = runDecisionSchema.safeParse(payload.decision);
  if (!decision.success || !core.invokes.belongsTo(decision.data.invokeId, connection)) return;
  const running = core.memory.findRunning(decision.data.invokeId);
  if (running !== undefined) running.facts.decision = decision.data;
}

function parseJson(text: string | null | undefined): unknown {
  try {
    return typeof text === 'string' ? JSON.parse(text) : undefined;
  } catch {
    return undefined;
  }
}
