import { clearService } from '../../../supervisor/index.ts';
import type { CommandRun } from '../../program/command-spec.ts';

/** `supervisor clear NAME`. */
export const run: CommandRun = async (cli, { args }) => {
  const service = args[0] ?? '';
  const { kind } = await clearService(cli.paths.stateDir, service);
  if (cli.out.json) cli.out.value({ ok: true, service, result: kind });
  cli.out.line(
    kind === 'cleared-and-told'
      ? `Cleared ${service}; the supervisor tries it again.`
      : `Cleared ${service}; no supervisor runs, the next one starts with a clean count.`,
  );
  return 0;
};
