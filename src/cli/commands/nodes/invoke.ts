import { randomUUID } from 'node:crypto';
import { errorText, OpsError } from '../../../state/index.ts';
import { refusalError, withGateway } from '../../connection/open-gateway.ts';
import { fetchNodes, pickNode } from '../../nodes/fetch-nodes.ts';
import type { CommandRun } from '../../program/command-spec.ts';
import { neededText } from '../../program/needed-option.ts';
import { numberOption, textOption } from '../../program/option-values.ts';

/** What `nodes invoke` gives a node to answer when no `--invoke-timeout` is given (cli-and-state §4). */
const INVOKE_TIMEOUT_MS = 15_000;
/** The gateway's own time-out should speak first; this is the room it gets. */
const ROOM_MS = 5_000;

/** `nodes invoke`: pretty JSON of the answer. */
export const run: CommandRun = async (cli, { options }) => {
  const query = neededText(options, 'node', 'invoke a command');
  const command = neededText(options, 'command', 'invoke a command');
  const intention = `invoke ${command} on ${query}`;
  const params = parseParams(textOption(options, 'params'), intention);
  const timeoutMs = numberOption(options, 'invokeTimeout') ?? INVOKE_TIMEOUT_MS;
  const answer = await withGateway(
    { cli, options, intention, timeoutMs: timeoutMs + ROOM_MS },
    async (gateway) => {
      const node = pickNode(await fetchNodes(gateway), query, intention);
      const outcome = await gateway.tryCall('node.invoke', {
        nodeId: node.nodeId,
        command,
        ...(params === undefined ? {} : { params }),
        timeoutMs,
        idempotencyKey: textOption(options, 'idempotencyKey') ?? randomUUID(),
      });
      if (outcome.kind === 'answered') return outcome.payload;
      throw refusalError(intention, 'node.invoke', outcome);
    },
  );
  cli.out.value(answer);
  return 0;
};

function parseParams(text: string | undefined, intention: string): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new OpsError('usage', `cannot ${intention}: --params is not JSON: ${errorText(cause)}`, { cause });
  }
}
