import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { loadConfig, OpsError, resolvePaths } from '../../../state/index.ts';
import {
  becomeInitIfNeeded,
  clearService,
  findStarter,
  type Supervisor,
  supervise,
} from '../../../supervisor/index.ts';
import type { Cli } from '../../cli.ts';
import { findingLine } from '../../doctor-desk/finding-line.ts';
import { type DoctorDesk, openDoctorDesk } from '../../doctor-desk/open-doctor-desk.ts';
import { escapeText } from '../../output/escape-text.ts';
import { shellText } from '../../output/shell-text.ts';
import type { CommandRun, Options } from '../../program/command-spec.ts';
import { numberOption, textOption } from '../../program/option-values.ts';
import { selfCommand } from '../../program/self-command.ts';
import { answersFromOptions } from '../../setup/answers.ts';
import { applyAnswers } from '../../setup/apply-answers.ts';
import { VERSION } from '../../version.ts';
import { refuseUnreadable } from '../config/readable.ts';
import { dashboardUrl } from '../host/dashboard.ts';
import { pairLocalNode } from './pair-local-node.ts';
import { servicesOf } from './services.ts';
import { watchServices } from './watch-services.ts';

/** `up`: the supervisor with gateway and node of this machine, until Ctrl-C or `supervisor stop`. */
export const run: CommandRun = async (given, { options }) => {
  becomeInitIfNeeded(process);
  process.title = 'clawdbot-up'; // Node's own name for its main thread would be all that `ps` shows
  const startedAtMs = Date.now();
  const cli = withPlace(given, options);
  ensureConfig(cli);
  await forgetOldFailures(cli);
  const watch = watchServices(cli);
  const stop = stopSignals(cli.out.note);
  const supervisor = await supervise({
    stateDir: cli.paths.stateDir,
    services: servicesOf(cli, { displayName: textOption(options, 'displayName') }),
    cli: ['clawdbot'],
    version: VERSION,
    onChange: watch.onChange,
    onLine: (service, line) =>
      cli.out.note(escapeText(namesItself(service, line) ? line : `${service}: ${line}`)),
  });
  const doctor = watchFindings(cli, supervisor);
  try {
    const ended = Promise.race([stop.asked, supervisor.closed]).then(() => 'ended' as const);
    if ((await Promise.race([watch.gatewayReady, ended])) === 'ended') return 0;
    const node = await pairLocalNode(cli, { startedAtMs, signal: stop.signal });
    if (node !== undefined) announce(cli, node.name);
    await ended;
    return 0;
  } finally {
    doctor.close();
    await supervisor.stop();
  }
};

/**
 * What the doctor finds stands in `supervisor status`, as the gateway's doctor stands in STATUS=. A doctor of its own,
 * because it has something to say just when the gateway does not run.
 */
function watchFindings(cli: Cli, supervisor: Supervisor): DoctorDesk {
  const doctor = openDoctorDesk(cli);
  doctor.onNews(({ worst }) => {
    supervisor.note(worst ?? undefined);
    cli.out.note(
      worst === null ? 'doctor: nothing is wrong any more' : `doctor: ${escapeText(findingLine(worst))}`,
    );
  });
  doctor.start(() => true);
  return doctor;
}

/** Log lines start with a time and name their program; so do the gateway's own remarks. */
function namesItself(service: string, line: string): boolean {
  return line.startsWith(`${service}: `) || /^\d{4}-\d\d-\d\dT/.test(line);
}

/** A person who starts it has mended what was wrong, or wants to see it fail again; a unit has not. */
async function forgetOldFailures(cli: Cli): Promise<void> {
  if (findStarter(process.pid).kind === 'unit') return;
  for (const service of ['gateway', 'node']) await clearService(cli.paths.stateDir, service);
}

/** The first SIGINT, SIGTERM or SIGHUP stops in order; a second leaves at once (the kernel then ends the children). */
function stopSignals(note: (text: string) => void): { asked: Promise<void>; signal: AbortSignal } {
  const abort = new AbortController();
  const asked = Promise.withResolvers<void>();
  const onSignal = (signal: NodeJS.Signals) => {
    if (abort.signal.aborted) process.exit(1);
    note(`${signal}: stopping`);
    abort.abort();
    asked.resolve();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);
  return { asked: asked.promise, signal: abort.signal };
}

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
  const loaded = loadConfig(cli.paths, cli.env);
  refuseUnreadable(loaded, 'start a gateway here');
  const { config, exists } = loaded;
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

function announce(cli: Cli, nodeName: string): void {
  const name = shellText([escapeText(nodeName || hostname())]);
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
