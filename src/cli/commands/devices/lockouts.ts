import type { FailedAuthEntry } from '../../../protocol/index.ts';
import { withGateway } from '../../connection/open-gateway.ts';
import { renderTable } from '../../output/render-table.ts';
import type { CommandRun } from '../../program/command-spec.ts';

/** `devices lockouts`: failed authentications of the last minute (F-65). Only our gateway has the method. */
export const list: CommandRun = async (cli, { options }) => {
  const intention = 'list lockouts';
  const { now, failures } = await withGateway({ cli, options, intention }, async (gateway) =>
    answerOf(await gateway.call('auth.lockout.list', {})),
  );
  if (cli.out.json) {
    cli.out.value({ failures });
    return 0;
  }
  if (failures.length === 0) {
    cli.out.line('Nobody presented wrong credentials in the last minute.');
    return 0;
  }
  const rows = failures.map(({ source, credential, failures: count, blockedUntilMs }) => [
    source,
    credential,
    String(count),
    blockedUntilMs > now ? `${Math.ceil((blockedUntilMs - now) / 1_000)} s more` : 'may try',
  ]);
  for (const line of renderTable(['Source', 'Credential', 'Failures', 'Locked out'], rows))
    cli.out.line(line);
  return 0;
};

/** `devices unlock`: the counted failures of one source, or of all, are forgotten. */
export const unlock: CommandRun = async (cli, { args: [source], options }) => {
  const intention = source === undefined ? 'clear lockouts' : `unlock ${source}`;
  const answer = await withGateway({ cli, options, intention }, (gateway) =>
    gateway.call('auth.lockout.clear', source === undefined ? {} : { source }),
  );
  if (cli.out.json) cli.out.value(answer);
  else cli.out.line(`Unlocked ${source ?? 'everybody'}.`);
  return 0;
};

function answerOf(payload: unknown): { now: number; failures: readonly FailedAuthEntry[] } {
  return payload as { now: number; failures: readonly FailedAuthEntry[] }; // our own gateway; others refuse the method
}
