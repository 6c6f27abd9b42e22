import { uninstallService } from '../../../supervisor/systemd/index.ts';
import type { CommandRun } from '../../program/command-spec.ts';
import { hasOption } from '../../program/option-values.ts';
import { printNotes } from './notes.ts';
import { serviceTarget } from './service-request.ts';

/** `gateway uninstall` and `node uninstall`. */
export function uninstallCommand(kind: 'gateway' | 'node'): CommandRun {
  return async (cli, { options }) => {
    const { request, manager } = serviceTarget(cli, kind, { options });
    const { profile, stateDir } = request;
    const mode = hasOption(options, 'dryRun') ? 'dry-run' : 'apply';
    const report = await uninstallService({ manager, kind, profile, stateDir, mode });
    if (cli.out.json) cli.out.value({ ...report, ok: true });
    for (const line of report.did) cli.out.line(line);
    if (report.result === 'not-installed')
      cli.out.line(`Nothing to do: the ${kind} service is not installed (${manager.name}).`);
    printNotes(cli, report.notes);
    return 0;
  };
}
