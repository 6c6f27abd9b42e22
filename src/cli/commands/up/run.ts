import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { loadConfig, OpsError, resolvePaths } from '../../../state/index.ts';
import type { Cli } from '../../cli.ts';
import { escapeText } from '../../output/escape-text.ts';
import type { CommandRun, Options } from '../../program/command-spec.ts';
import { numberOption, textOption } from '../../program/option-values.ts';
import { selfCommand } from '../../program/self-command.ts';
import { answersFromOptions } from '../../setup/answers.ts';
import { applyAnswers } from '../../setup/apply-answers.ts';
import { dashboardUrl } from '../host/dashboard.ts';
import { startLauncher } from './launcher.ts';
import { pairLocalNode } from './pair-local-node.ts';
import { waitForGateway } from './wait-for-gateway.ts';

/** `up`: gateway and node of this machine as child processes, until Ctrl-C. */
export const run: CommandRun = async (given, { options }) => {
  const cli = withPlace(given, options);
  ensureConfig(cli);
  const launcher = startLauncher({ cli, note: cli.out.note });
  try {
    launcher.start('gateway', ['gateway', 'run']);
    const started = await launcher.race(waitForGateway(cli, launcher.stopping));
    if (started === undefined) return await launcher.stop();
    launcher.start('node', nodeArguments(cli, options));
    const node = await launcher.race(pairLocalNode(cli, launcher.stopping));
    if (node === undefined) return await launcher.stop();
    announce(cli, node.name);
    await launcher.race(launcher.toldToStop);
    return await launcher.stop();
  } catch (thrown) {
    await launcher.stop();
    throw thrown;
  }
};

/** The state and port that the options name, for this process, its children and every hint. */
function withPlace(cli: Cli, options: Options): Cli {
  const stateDir = textOption(options, 'stateDir');
  const port = numberOption(options, 'port');
  const env = {
    ...cli.env,
    ...(stateDir === undefined ? {} : { CLAWDBOT_STATE_DIR: resolve(stateDir) }),
    ...(port === undefined ? {} : { CLAWDBOT_GATEWAY_PORT: String(port) }),
  };
  return { ...cli, env, paths: resolvePaths(env), self: selfCommand(env) };
}

/** A first start needs nothing typed before: mode and token are made up here. */
function ensureConfig(cli: Cli): void {
  const { config, exists } = loadConfig(cli.paths, cli.env);
  if (config.gateway.mode === 'remote') {
    throw new OpsError(
      'usage',
      `cannot start a gateway here: ${cli.paths.config} says that the gateway is elsewhere (gateway.mode=remote)`,
      {
        remedies: [{ kind: 'run', command: ['clawdbot', 'node', 'run'] }],
      },
    );
  }
  const { token, password, mode } = config.gateway.auth;
  const hasSecret = token !== undefined || password !== undefined || mode === 'none';
  if (exists && config.gateway.mode === 'local' && (hasSecret || cli.env['CLAWDBOT_GATEWAY_TOKEN'])) return;
  applyAnswers(cli, answersFromOptions({}, config));
  cli.out.line(`${exists ? 'Completed' : 'Created'} ${cli.paths.config} with a fresh token.`);
}

function nodeArguments(cli: Cli, options: Options): string[] {
  const { config } = loadConfig(cli.paths, cli.env);
  const port = cli.env['CLAWDBOT_GATEWAY_PORT']?.trim() || String(config.gateway.port);
  const name = textOption(options, 'displayName');
  return [
    'node',
    'run',
    '--host',
    '127.0.0.1',
    '--port',
    port,
    ...(config.gateway.tls.enabled ? ['--tls'] : []),
    ...(name === undefined ? [] : ['--display-name', name]),
  ];
}

function announce(cli: Cli, nodeName: string): void {
  const name = escapeText(nodeName || hostname());
  const say = (text = '') => cli.out.line(text);
  say();
  say(`${cli.out.paint('green', 'Gateway and node are up.')}  ${cli.out.paint('bold', shownUrl(cli))}`);
  say();
  say('Three things to try in another terminal:');
  say(`  ${cli.self} nodes status`);
  say(`  ${cli.self} approvals allowlist add --node ${name} /usr/bin/uname`);
  say(`  ${cli.self} nodes run --node ${name} -- uname -a`);
  say();
  say('Ctrl-C stops both.');
}

/** With the token for a person's terminal only: what goes to a file or journal stays there. */
function shownUrl(cli: Cli): string {
  const url = dashboardUrl(cli);
  return cli.out.interactive ? url : url.replace(/#.*$/, '');
}
