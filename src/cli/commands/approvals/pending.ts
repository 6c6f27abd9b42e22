import { displayCommand, maskSecrets, visibleText } from '../../../approvals/index.ts';
import { withGateway } from '../../connection/open-gateway.ts';
import { listIn, numberIn, recordOf, textIn } from '../../connection/payload.ts';
import { renderTable } from '../../output/render-table.ts';
import { durationText } from '../../output/time-text.ts';
import type { CommandRun } from '../../program/command-spec.ts';

/** `approvals pending`: nothing is shortened; what a person agrees to has to be seen in full. */
export const run: CommandRun = async (cli, { options }) => {
  const answer = await withGateway({ cli, options, intention: 'list open approvals' }, (gateway) =>
    gateway.call('exec.approval.list'),
  );
  // The successor answers with the bare list, ours with an object around it.
  const pending = Array.isArray(answer)
    ? answer
    : [...listIn(answer, 'pending'), ...listIn(answer, 'approvals')];
  if (cli.out.json) {
    cli.out.value(pending);
    return 0;
  }
  if (pending.length === 0) {
    cli.out.line('No commands wait for approval.');
    return 0;
  }
  const rows = pending.map((entry) => {
    const request = recordOf(entry)['request'];
    const argv = listIn(request, 'commandArgv');
    const leftMs = (numberIn(entry, 'expiresAtMs') ?? Date.now()) - Date.now();
    return [
      textIn(entry, 'id'),
      textIn(request, 'nodeId').slice(0, 12) || textIn(request, 'host'),
      textIn(request, 'agentId'),
      textIn(request, 'cwd'),
      durationText(leftMs),
      textIn(request, 'resolvedPath'),
      argv.length > 0
        ? displayCommand(argv.map(String)).text + environmentText(request)
        : visibleText(maskSecrets(textIn(request, 'command'))),
    ];
  });
  for (const line of renderTable(['ID', 'Node', 'Agent', 'Directory', 'Expires', 'Program', 'Command'], rows))
    cli.out.line(line);
  return 0;
};

/** Variables are part of what one agrees to; a text alone has them already. */
function environmentText(request: unknown): string {
  const pairs = Object.entries(recordOf(recordOf(request)['env']));
  if (pairs.length === 0) return '';
  return ` (with ${pairs.map(([name, value]) => visibleText(maskSecrets(`${name}=${String(value)}`))).join(', ')})`;
}
