import { withGateway } from '../../connection/open-gateway.ts';
import { fetchWaitingNodes } from '../../nodes/fetch-pairing.ts';
import { escapeText } from '../../output/escape-text.ts';
import { renderTable } from '../../output/render-table.ts';
import { ageText } from '../../output/time-text.ts';
import type { CommandRun } from '../../program/command-spec.ts';

/** `nodes pending`: every node waiting for a person, also those the real program shows only in `devices list`. */
export const run: CommandRun = async (cli, { options }) => {
  const waiting = await withGateway({ cli, options, intention: 'list pending nodes' }, fetchWaitingNodes);
  if (cli.out.json) {
    cli.out.value(
      waiting.map(({ id, name, via: _via, commands, approved, ...rest }) => ({
        ...rest,
        ...(commands.length === 0 ? {} : { commands }),
        ...(approved.length === 0 ? {} : { approved }),
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
  for (const request of waiting.filter(({ commands }) => commands.length > 0)) {
    const name = request.name === '' ? request.id.slice(0, 12) : request.name;
    const { commands, approved } = request;
    const added = commands.filter((command) => !approved.includes(command));
    cli.out.line();
    cli.out.line(
      approved.length === 0
        ? `${name} offers: ${commands.map(escapeText).join(', ')}`
        : `${name} offers more than was approved: ${added.map(escapeText).join(', ') || 'other capabilities'} (approved so far: ${approved.map(escapeText).join(', ')})`,
    );
  }
  cli.out.line();
  cli.out.line(`Approve with: ${cli.self} nodes approve REQUEST`);
  return 0;
};
