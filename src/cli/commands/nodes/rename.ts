import { OpsError } from '../../../state/index.ts';
import { withGateway } from '../../connection/open-gateway.ts';
import { fetchNodes, pickNode } from '../../nodes/fetch-nodes.ts';
import { escapeText } from '../../output/escape-text.ts';
import type { CommandRun } from '../../program/command-spec.ts';
import { neededText } from '../../program/needed-option.ts';

/** `nodes rename`: works for every paired node of our gateway; a real one knows only its legacy store. */
export const run: CommandRun = async (cli, { options }) => {
  const query = neededText(options, 'node', 'rename a node');
  const name = neededText(options, 'name', 'rename a node').trim();
  if (name === '') throw new OpsError('usage', 'cannot rename a node: --name is blank');
  const intention = `rename the node ${query}`;
  const result = await withGateway({ cli, options, intention }, async (gateway) => {
    const node = pickNode(await fetchNodes(gateway), query, intention);
    await gateway.call('node.rename', { nodeId: node.nodeId, displayName: name });
    return { nodeId: node.nodeId, displayName: name };
  });
  if (cli.out.json) cli.out.value(result);
  cli.out.line(`node rename ok: ${result.nodeId} -> ${escapeText(name)}`);
  return 0;
};
