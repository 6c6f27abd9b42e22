import { errorText, OpsError } from '../../../state/index.ts';
import { withGateway } from '../../connection/open-gateway.ts';
import type { CommandRun } from '../../program/command-spec.ts';
import { textOption } from '../../program/option-values.ts';

/** `gateway call METHOD`: `Gateway call: METHOD`, then pretty JSON; with `--json` the JSON alone. */
export const run: CommandRun = async (cli, { args, options }) => {
  const method = args[0] ?? '';
  const intention = `call ${method}`;
  const params = readParams(textOption(options, 'params'), intention);
  const answer = await withGateway({ cli, options, intention }, (gateway) => gateway.call(method, params));
  cli.out.line(`Gateway call: ${method}`);
  cli.out.value(answer ?? null);
  return 0;
};

function readParams(text: string | undefined, intention: string): unknown {
  if (text === undefined) return {};
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new OpsError('usage', `cannot ${intention}: --params is not JSON: ${errorText(cause)}`, { cause });
  }
}
