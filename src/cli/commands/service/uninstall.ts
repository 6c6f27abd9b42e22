import { readNodeConfig, type StatePaths, writeNodeConfig } from '../../../state/index.ts';
import { uninstallService } from '../../../supervisor/systemd/index.ts';
import { type Retraction, retractRoute } from '../../../supervisor/tailscale/index.ts';
import type { Cli } from '../../cli.ts';
import type { CommandRun } from '../../program/command-spec.ts';
import { hasOption } from '../../program/option-values.ts';
import { tailscaleAccess } from '../tailscale/access.ts';
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
    const route = kind === 'gateway' ? await retract(cli, stateDir, mode) : undefined;
    if (cli.out.json) cli.out.value({ ...report, did, ...(route === undefined ? {} : { route }), ok: true });
    for (const line of did) cli.out.line(line);
    if (report.result === 'not-installed')
      cli.out.line(`Nothing to do: the ${kind} service is not installed (${manager.name}).`);
    if (route?.kind === 'gone' && route.isChanged)
      cli.out.line(`${mode === 'dry-run' ? 'would take' : 'took'} ${route.url} off (tailscaled)`);
    if (route?.kind === 'stays') cli.out.note(`${route.url} stays published: ${route.reason}`);
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

/** Only the route this installation made (F-58); what a person published by hand stays. */
function retract(cli: Cli, stateDir: string, mode: 'dry-run' | 'apply'): Promise<Retraction> {
  return retractRoute(stateDir, { access: tailscaleAccess(cli), isDryRun: mode === 'dry-run' });
}
