import { withGateway } from '../../connection/open-gateway.ts';
import { fetchWaitingNodes } from '../../nodes/fetch-pairing.ts';
import { renderTable } from '../../output/render-table.ts';
import { ageText } from '../../output/time-text.ts';
import type { CommandRun } from '../../program/command-spec.ts';

/** `nodes pending`: every node waiting for a person, also those the real program shows only in `devices list`. */
export const run: CommandRun = async (cli, { options }) => {
  const waiting = await withGateway({ cli, options, intention: 'list pending nodes' }, fetchWaitingNodes);
  if (cli.out.json) {
    cli.out.value(
      waiting.map(({ id, name, via: _via, ...rest }) => ({
        ...rest,
        nodeId: id,
        ...(name === '' ? {} : { displayName: name }),
      })),
    );
    return 0;
  }
  if (waiting.length === 0) {
    cli.out.line('No pending pairing requests.');
    return 0;
  }
  const now = Date.now();
  const rows = waiting.map((request) => [
    request.requestId,
    request.name === '' ? request.id.slice(0, 12) : `${request.name} (${request.id.slice(0, 12)})`,
    request.remoteIp,
    ageText(request.ts, now),
    request.isRepair ? 'yes' : '',
  ]);
  for (const line of renderTable(['Request', 'Node', 'IP', 'Requested', 'Repair'], rows)) cli.out.line(line);
  cli.out.line();
  cli.out.line(`Approve with: ${cli.self} nodes approve REQUEST`);
  return 0;
};
