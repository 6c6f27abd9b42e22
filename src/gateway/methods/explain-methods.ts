import { invalidRequest } from '../../protocol/index.ts';
import { explainOnNode } from '../approval/explain-on-node.ts';
import type { GatewayCore } from '../core.ts';
import { servingNode } from '../nodes/ask-node.ts';
import { isCommandAllowed } from '../nodes/platform-commands.ts';
import { type Methods, withoutUndefined } from './method.ts';

const LOG_LIMIT = 100;
/** Enough for the habits of some weeks. */
const SUGGEST_ROWS = 5_000;

/** Why something would run or not, and what ran. */
export const explainMethods: Methods<
  'exec.approvals.explain' | 'exec.approvals.risks' | 'exec.approvals.suggest' | 'exec.approvals.log'
> = {
  'exec.approvals.explain': async ({ core }, { nodeId: named, ...params }) => {
    const nodeId = named?.trim() || onlyNode(core);
    const explained = await explainOnNode(core, nodeId, withoutUndefined(params));
    return { nodeId, gateway: gatewayLayer(core, nodeId), ...explained };
  },

  'exec.approvals.risks': async (_call, { patterns }) => {
    const { patternRisk } = await import('../../approvals/index.ts');
    return { risks: patterns.map((pattern) => ({ pattern, ...patternRisk(pattern) })) };
  },

  'exec.approvals.suggest': async ({ core }, { nodeId }) => {
    const { suggestEntries } = await import('../../approvals/index.ts');
    const rows = core.store.audit.list({ family: 'exec', limit: SUGGEST_ROWS });
    const { suggestions, others } = suggestEntries(
      rows.map(({ action, subject, detail }) => ({ action, subject, detail: { ...Object(detail) } })),
    );
    const isWanted = (suggestion: { nodeId: string }) => nodeId == null || suggestion.nodeId === nodeId;
    return { suggestions: suggestions.filter(isWanted), others };
  },

  'exec.approvals.log': ({ core }, { nodeId, limit, verify }) => ({
    rows: core.store.audit.list({
      family: 'exec',
      limit: limit ?? LOG_LIMIT,
      ...(nodeId == null ? {} : { subject: nodeId }),
    }),
    ...(verify === true ? { verdict: core.store.audit.verify() } : {}),
  }),
};

/** The gateway decides only whether a node may be asked to run at all (`gateway.nodes.allowCommands`, `denyCommands`). */
function gatewayLayer(core: GatewayCore, nodeId: string): { host: string; mayRun: boolean } {
  const { client } = servingNode(core, nodeId).peer;
  return { host: core.host, mayRun: isCommandAllowed('system.run', client, core.rules.commands) };
}

function onlyNode(core: GatewayCore): string {
  const nodeIds = [...core.nodes.nodeIds()];
  const [only] = nodeIds;
  if (only !== undefined && nodeIds.length === 1) return only;
  throw invalidRequest(`nodeId required: ${nodeIds.length} nodes are connected`);
}
