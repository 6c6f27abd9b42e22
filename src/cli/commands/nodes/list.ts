import { withGateway } from '../../connection/open-gateway.ts';
import { fetchNodes } from '../../nodes/fetch-nodes.ts';
import { fetchWaitingNodes } from '../../nodes/fetch-pairing.ts';
import { nodeLabel } from '../../nodes/resolve-node.ts';
import { renderTable } from '../../output/render-table.ts';
import { ageText } from '../../output/time-text.ts';
import type { CommandRun } from '../../program/command-spec.ts';
import { hasOption } from '../../program/option-values.ts';
import { statusText } from './status.ts';

/** `nodes list`: who waits and who is paired, in one answer. */
export const run: CommandRun = async (cli, { options }) => {
  const { pending, paired } = await withGateway(
    { cli, options, intention: 'list nodes' },
    async (gateway) => {
      const [waiting, nodes] = await Promise.all([fetchWaitingNodes(gateway), fetchNodes(gateway)]);
      const wanted = (node: { paired: boolean; connected: boolean }) =>
        node.paired && (!hasOption(options, 'connected') || node.connected);
      return { pending: waiting, paired: nodes.filter(wanted) };
    },
  );
  if (cli.out.json) {
    cli.out.value({ pending, paired });
    return 0;
  }
  const now = Date.now();
  cli.out.line(`Pending: ${pending.length} · Paired: ${paired.length}`);
  if (pending.length > 0) {
    cli.out.line('\nPending');
    const rows = pending.map((request) => [
      request.requestId,
      request.name,
      request.remoteIp,
      ageText(request.ts, now),
    ]);
    for (const line of renderTable(['Request', 'Node', 'IP', 'Requested'], rows)) cli.out.line(line);
  }
  if (paired.length > 0) {
    cli.out.line('\nPaired');
    const rows = paired.map((node) => [
      nodeLabel(node),
      node.nodeId,
      node.remoteIp ?? '',
      statusText(node, now),
    ]);
    for (const line of renderTable(['Node', 'ID', 'IP', 'Status'], rows)) cli.out.line(line);
  }
  return 0;
};
