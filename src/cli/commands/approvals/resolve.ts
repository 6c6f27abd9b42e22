import { OpsError } from '../../../state/index.ts';
import { withGateway } from '../../connection/open-gateway.ts';
import { recordOf } from '../../connection/payload.ts';
import { escapeText } from '../../output/escape-text.ts';
import type { CommandRun } from '../../program/command-spec.ts';
import { hasOption } from '../../program/option-values.ts';

/** `approvals allow`: once unless `--always`. */
export const allow: CommandRun = async (cli, { args, options }) => {
  if (hasOption(options, 'once') && hasOption(options, 'always')) {
    throw new OpsError('usage', 'cannot allow the command: use --once or --always, not both');
  }
  return resolve(cli, args, options, hasOption(options, 'always') ? 'allow-always' : 'allow-once');
};

/** `approvals deny`. */
export const deny: CommandRun = async (cli, { args, options }) => resolve(cli, args, options, 'deny');

async function resolve(
  cli: Parameters<CommandRun>[0],
  args: readonly string[],
  options: Parameters<CommandRun>[1]['options'],
  decision: 'allow-once' | 'allow-always' | 'deny',
): Promise<number> {
  const id = args[0] ?? '';
  const verb = decision === 'deny' ? 'deny' : 'allow';
  const answer = await withGateway({ cli, options, intention: `${verb} the command ${id}` }, (gateway) =>
    gateway.call('exec.approval.resolve', { id, decision }),
  );
  if (cli.out.json) cli.out.value(answer);
  if (recordOf(answer)['repeated'] === true) {
    cli.out.line(`${escapeText(id)} was answered so before; nothing changed`);
    return 0;
  }
  cli.out.line(`${decision === 'deny' ? 'Denied' : `Allowed (${decision})`} ${escapeText(id)}`);
  return 0;
}
