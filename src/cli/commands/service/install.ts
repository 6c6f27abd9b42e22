import { newNodeConfig, readNodeConfig, writeNodeConfig } from '../../../state/index.ts';
import { type InstallReport, installService } from '../../../supervisor/systemd/index.ts';
import type { Cli } from '../../cli.ts';
import type { CommandRun, Options } from '../../program/command-spec.ts';
import { hasOption, numberOption, textOption } from '../../program/option-values.ts';
import { printNotes } from './notes.ts';
import { requireUsableConfig, type ServiceTarget, serviceTarget } from './service-request.ts';
import { readTokenChoice, refuseSecondToken } from './token-file.ts';

/** `gateway install` and `node install`. */
export function installCommand(kind: 'gateway' | 'node'): CommandRun {
  return async (cli, { options }) => {
    const token = readTokenChoice(options);
    if (token.kind === 'file') cli.secrets.add(token.token);
    const args = kind === 'node' ? nodeArguments(options) : [];
    const target = serviceTarget(cli, kind, { options, args, token });
    if (kind === 'gateway') {
      requireUsableConfig(target);
      refuseSecondToken(token, target.loaded);
    }
    const mode = hasOption(options, 'dryRun') ? 'dry-run' : 'apply';
    const stored = kind === 'node' && mode === 'apply' ? storeNodeToken(target) : undefined;
    const report = await installService({
      request: target.request,
      manager: target.manager,
      mode,
      force: hasOption(options, 'force'),
    });
    const did = [...(stored === undefined ? [] : [stored]), ...report.did];
    print(cli, { ...report, did });
    return 0;
  };
}

/** The options that a node service is started with; the token is none of them. */
function nodeArguments(options: Options): string[] {
  const port = numberOption(options, 'port');
  const text = (name: string, flag: string): string[] => {
    const value = textOption(options, name);
    return value === undefined ? [] : [flag, value];
  };
  const tls = options['tls'];
  return [
    ...text('host', '--host'),
    ...(port === undefined ? [] : ['--port', String(port)]),
    ...(typeof tls === 'boolean' ? [tls ? '--tls' : '--no-tls'] : []),
    ...text('tlsFingerprint', '--tls-fingerprint'),
    ...text('nodeId', '--node-id'),
    ...text('displayName', '--display-name'),
  ];
}

/** The shell's token would be lost with the shell; `node.json` (0600) is where the node looks for it. */
function storeNodeToken({ request, paths }: ServiceTarget): string | undefined {
  const token = request.env['CLAWDBOT_GATEWAY_TOKEN']?.trim();
  if (!token) return undefined;
  const present = readNodeConfig(paths.nodeConfig);
  if (present?.token === token) return undefined;
  writeNodeConfig(paths.nodeConfig, { ...(present ?? newNodeConfig()), token });
  return `stored CLAWDBOT_GATEWAY_TOKEN of this shell in ${paths.nodeConfig} (0600)`;
}

function print(cli: Cli, report: InstallReport): void {
  const { unit, files } = report;
  if (cli.out.json) {
    const shown = files.map(({ path, change, diff, kept, conflicts }) => ({
      path,
      change,
      diff,
      kept,
      conflicts,
    }));
    const service = {
      label: 'systemd',
      loaded: unit?.enablement === 'enabled',
      loadedText: 'enabled',
      notLoadedText: 'disabled',
    };
    cli.out.value({ ...report, ok: true, files: shown, service });
    return;
  }
  if (report.result === 'planned') {
    for (const { path, change, diff } of files) {
      cli.out.line(
        change === 'unchanged'
          ? `${path}: unchanged`
          : `${path}: would ${change === 'create' ? 'be written' : 'change'}\n${diff}\n`,
      );
    }
  }
  for (const line of report.did) cli.out.line(line);
  for (const { path, kept } of files)
    if (kept.length > 0) cli.out.line(`kept your edits in ${path}: ${kept.join(', ')}`);
  const service = files.find(({ path }) => path.endsWith('.service'))?.path ?? '';
  if (report.result === 'already-installed')
    cli.out.line(`Nothing to do: ${service} is installed and runs (${report.manager}).`);
  if (report.result === 'installed')
    cli.out.line(`Installed systemd service: ${service} (${report.manager})`);
  if (unit !== undefined && unit.statusText !== '') cli.out.line(`Status: ${unit.statusText}`);
  printNotes(cli, report.notes);
}
