import { randomUUID } from 'node:crypto';
import { OpsError } from '../../../state/index.ts';
import { refusalError, withGateway } from '../../connection/open-gateway.ts';
import { fetchNodes, pickNode } from '../../nodes/fetch-nodes.ts';
import type { CommandRun } from '../../program/command-spec.ts';
import { neededText } from '../../program/needed-option.ts';
import { textOption } from '../../program/option-values.ts';

/** `nodes notify`: only the macOS app shows notifications; a headless node does not declare the command. */
export const run: CommandRun = async (cli, { options }) => {
  const query = neededText(options, 'node', 'show a notification');
  const title = textOption(options, 'title');
  const body = textOption(options, 'body');
  if (!title && !body) throw new OpsError('usage', 'cannot show a notification: give --title or --body');
  const intention = `show a notification on ${query}`;
  const answer = await withGateway({ cli, options, intention, timeoutMs: 20_000 }, async (gateway) => {
    const node = pickNode(await fetchNodes(gateway), query, intention);
    const outcome = await gateway.tryCall('node.invoke', {
      nodeId: node.nodeId,
      command: 'system.notify',
      params: {
        title: title ?? '',
        body: body ?? '',
        ...optional('sound', textOption(options, 'sound')),
        ...optional('priority', textOption(options, 'priority')),
      },
      timeoutMs: 15_000,
      idempotencyKey: randomUUID(),
    });
    if (outcome.kind === 'refused') throw refusalError(intention, 'node.invoke', outcome);
    return outcome.payload;
  });
  if (cli.out.json) cli.out.value(answer);
  cli.out.line('notify ok');
  return 0;
};

function optional(key: string, value: string | undefined): Record<string, string> {
  return value === undefined ? {} : { [key]: value };
}
