import { readNodeConfig, type StatePaths, writeNodeConfig } from '../../../state/index.ts';
import { uninstallService } from '../../../supervisor/systemd/index.ts';
import type { CommandRun } from '../../program/command-spec.ts';
import { hasOption } from '../../program/option-values.ts';
import { printNotes } from './notes.ts';
import { serviceTarget } from './service-request.ts';

/** `gateway uninstall` and `node uninstall`. */
export function uninstallCommand(kind: 'gateway' | 'node'): CommandRun {
  return async (cli, { options }) => {
    const { request, manager, paths } = serviceTarget(cli, kind, { options });
    const { profile, stateDir } = request;
    const mode = hasOption(options, 'dryRun') ? 'dry-run' : 'apply';
    const report = await uninstallService({ manager, kind, profile, stateDir, mode });
    const did = [...report.did, ...(kind === 'node' && mode === 'apply' ? forgetNodeToken(paths) : [])];
    if (cli.out.json) cli.out.value({ ...report, did, ok: true });
    for (const line of did) cli.out.line(line);
    if (report.result === 'not-installed')
      cli.out.line(`Nothing to do: the ${kind} service is not installed (${manager.name}).`);
    printNotes(cli, report.notes);
    return 0;
  };
}

/** The install stored it; no credential stays behind (field failure F-70). The device key stays: it is the identity. */
function forgetNodeToken({ nodeConfig }: StatePaths): string[] {
  const stored = readNodeConfig(nodeConfig);
  if (stored?.token === undefined) return [];
  const { token: _, ...kept } = stored;
  writeNodeConfig(nodeConfig, kept);
  return [`removed the token from ${nodeConfig}`];
}
