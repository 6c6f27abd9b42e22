import type { NodeEntry } from '../../../protocol/index.ts';
import { withGateway } from '../../connection/open-gateway.ts';
import { fetchNodes } from '../../nodes/fetch-nodes.ts';
import { nodeLabel } from '../../nodes/resolve-node.ts';
import { renderTable } from '../../output/render-table.ts';
import { ageText } from '../../output/time-text.ts';
import type { CommandRun } from '../../program/command-spec.ts';
import { hasOption, numberOption } from '../../program/option-values.ts';

/** `nodes status`: one line of counts, then a table (cli-and-state §4). */
export const run: CommandRun = async (cli, { options }) => {
  const { all, serverTs } = await withGateway({ cli, options, intention: 'list nodes' }, async (gateway) => ({
    all: await fetchNodes(gateway),
    serverTs: Date.now(),
  }));
  const sinceMs = numberOption(options, 'lastConnected');
  const nodes = all.filter(
    (node) =>
      (!hasOption(options, 'connected') || node.connected) &&
      (sinceMs === undefined ||
        (node.connectedAtMs !== undefined && serverTs - node.connectedAtMs <= sinceMs)),
  );
  if (cli.out.json) {
    cli.out.value({ ts: serverTs, nodes });
    return 0;
  }
  const paired = nodes.filter((node) => node.paired).length;
  const connected = nodes.filter((node) => node.connected).length;
  cli.out.line(`Known: ${nodes.length} · Paired: ${paired} · Connected: ${connected}`);
  if (nodes.length === 0) return 0;
  cli.out.line();
  const rows = nodes.map((node) => [
    nodeLabel(node),
    node.nodeId.slice(0, 12),
    node.remoteIp ?? '',
    detailText(node),
    statusText(node, serverTs),
    node.caps.join(', '),
  ]);
  for (const line of renderTable(['Node', 'ID', 'IP', 'Detail', 'Status', 'Caps'], rows)) cli.out.line(line);
  return 0;
};

/** `paired · connected (2m ago)`; a cloned machine shows as `2 live connections`. */
export function statusText(node: NodeEntry, nowMs: number): string {
  const since = node.connectedAtMs === undefined ? '' : ` (${ageText(node.connectedAtMs, nowMs)})`;
  const twins =
    node.twins !== undefined && node.twins > 1 ? ` · ${node.twins} live connections with this identity` : '';
  return `${node.paired ? 'paired' : 'unpaired'} · ${node.connected ? `connected${since}` : 'disconnected'}${twins}`;
}

function detailText({ platform, version }: NodeEntry): string {
  return [platform, version].filter((part) => part !== undefined && part !== '').join(' ');
}
