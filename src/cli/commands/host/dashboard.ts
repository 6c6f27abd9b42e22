import { loadConfig } from '../../../state/index.ts';
import type { Cli } from '../../cli.ts';
import { findTarget } from '../../connection/find-target.ts';
import type { CommandRun } from '../../program/command-spec.ts';

/**
 * `dashboard`: the page's address. The token goes into the fragment: browsers do not send it, so it reaches no log
 * and no `Referer`. Makes no connection.
 */
export const run: CommandRun = async (cli) => {
  const url = dashboardUrl(cli);
  if (cli.out.json) {
    cli.out.value({ url });
    return 0;
  }
  cli.out.line(`Dashboard URL: ${url}`);
  const isRemoteShell = cli.env['SSH_CONNECTION'] !== undefined && cli.env['DISPLAY'] === undefined;
  if (isRemoteShell) {
    const { port } = new URL(url);
    cli.out.line(
      `From your own machine first: ssh -N -L ${port}:127.0.0.1:${port} ${cli.env['USER'] ?? 'USER'}@HOST`,
    );
  }
  return 0;
};

/** The address with the token, when there is one. @throws as `findTarget` */
export function dashboardUrl(cli: Cli): string {
  const target = findTarget(cli, {}, 'find the page');
  const { config } = loadConfig(cli.paths, cli.env);
  const base = new URL(target.url);
  const path = target.isLocal ? (config.gateway.controlUi.basePath?.replace(/^\/*|\/*$/g, '') ?? '') : '';
  const scheme = base.protocol === 'wss:' ? 'https' : 'http';
  const token = target.token === undefined ? '' : `#token=${encodeURIComponent(target.token)}`;
  return `${scheme}://${base.host}/${path === '' ? '' : `${path}/`}${token}`;
}
