import type { NodeEntry } from '../../../protocol/index.ts';
import { withGateway } from '../../connection/open-gateway.ts';
import { recordOf } from '../../connection/payload.ts';
import { fetchNodes, pickNode } from '../../nodes/fetch-nodes.ts';
import { escapeText } from '../../output/escape-text.ts';
import { renderTable } from '../../output/render-table.ts';
import type { CommandRun } from '../../program/command-spec.ts';
import { neededText } from '../../program/needed-option.ts';
import { statusText } from './status.ts';

/** `nodes describe`: a table of facts, then the commands the node offers. */
export const run: CommandRun = async (cli, { options }) => {
  const query = neededText(options, 'node', 'describe a node');
  const intention = `describe the node ${query}`;
  const node = await withGateway({ cli, options, intention }, async (gateway) => {
    const listed = pickNode(await fetchNodes(gateway), query, intention);
    const described = recordOf(await gateway.call('node.describe', { nodeId: listed.nodeId }));
    // `describe` repeats the entry of the list; lists of strings were made sure of there.
    return { ...described, ...listed } as NodeEntry;
  });
  if (cli.out.json) {
    cli.out.value(node);
    return 0;
  }
  const facts: [string, string | undefined][] = [
    ['ID', node.nodeId],
    ['Name', node.displayName],
    ['IP', node.remoteIp],
    ['Device', node.deviceFamily ?? node.platform],
    ['Model', node.modelIdentifier],
    ['Perms', node.permissions === undefined ? undefined : JSON.stringify(node.permissions)],
    ['Version', node.version],
    ['PATH', node.pathEnv],
    ['Status', statusText(node, Date.now())],
    ['Caps', node.caps.join(', ') || undefined],
  ];
  cli.out.line('Node');
  const rows = facts.flatMap(([key, value]) => (value === undefined || value === '' ? [] : [[key, value]]));
  for (const line of renderTable(['Field', 'Value'], rows).slice(1)) cli.out.line(line);
  cli.out.line('\nCommands');
  for (const command of node.commands) cli.out.line(`- ${escapeText(command)}`);
  if (node.commands.length === 0) cli.out.line('- (none reported)');
  return 0;
};
