import { withGateway } from '../../connection/open-gateway.ts';
import type { CommandRun } from '../../program/command-spec.ts';

/** `system presence`: pretty JSON, as the reference prints it. */
export const run: CommandRun = async (cli, { options }) => {
  cli.out.value(
    await withGateway({ cli, options, intention: 'list connected clients' }, (gateway) =>
      gateway.call('system-presence'),
    ),
  );
  return 0;
};
