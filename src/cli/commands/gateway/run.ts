import { runGateway } from '../../../gateway/index.ts';
import { type GatewayOverrides, OpsError } from '../../../state/index.ts';
import { becomeInitIfNeeded, type OnConflict, standByQuietly } from '../../../supervisor/index.ts';
import {
  connectServiceManager,
  readTokenCredential,
  takeInheritedSockets,
} from '../../../supervisor/systemd/index.ts';
import { openDoctorDesk } from '../../doctor-desk/open-doctor-desk.ts';
import type { CommandRun, Options } from '../../program/command-spec.ts';
import { hasOption, numberOption, textOption } from '../../program/option-values.ts';
import { BINDS, TAILSCALE_MODES } from '../../setup/answers.ts';
import { VERSION } from '../../version.ts';
import { tailscaleAccess } from '../tailscale/access.ts';
import { reportGateway } from './service-report.ts';

/** `gateway run`, also plain `gateway`: serves until told to stop. */
export const run: CommandRun = async (cli, { options }) => {
  if (cli.out.json)
    throw new OpsError(
      'usage',
      'cannot run the gateway with --json: it has no answer; its log file is JSON lines',
    );
  becomeInitIfNeeded(process);
  const overrides = readOverrides(options, readTokenCredential(process.env));
  for (const secret of [overrides.token, overrides.password])
    if (secret !== undefined) cli.secrets.add(secret);
  const onConflict = readOnConflict(options);
  // As this process was started: what follows takes the variables of systemd out of the environment.
  const asStarted = {
    execPath: process.execPath,
    execArgv: process.execArgv,
    argv: process.argv,
    env: { ...process.env },
  };
  const sockets = takeInheritedSockets(process.env);
  const manager = connectServiceManager();
  if (manager.trouble !== undefined) cli.out.note(manager.trouble);
  const doctor = openDoctorDesk(cli);
  const report = reportGateway(manager, doctor);
  try {
    await runGateway({
      paths: cli.paths,
      version: VERSION,
      env: cli.env,
      overrides,
      tailscaleAccess: tailscaleAccess(cli),
      ...(onConflict === undefined ? {} : { onConflict }),
      ...(sockets.length === 0 ? {} : { listenFds: sockets.map(({ fd }) => fd) }),
      ...(manager.isActive ? { keeper: manager } : {}),
      onStandby: () => standByQuietly(asStarted),
      onStatus: (line) => {
        cli.out.note(`gateway: ${line}`);
        report.onStatus(line);
      },
      doctor,
      onServing: (gateway) => {
        report.onServing(gateway);
        // Somebody has to want to know: systemd's status line, or a page that has asked before.
        doctor.start(() => manager.isActive || gateway.core.connections.someFollowDoctor());
      },
    });
  } catch (thrown) {
    await report.ended(thrown);
    throw thrown;
  } finally {
    doctor.close();
  }
  await report.ended();
  return 0;
};

/** `gateway takeover`: leaves everything as it was when the owner does not agree. */
export const takeOver: CommandRun = (cli, { args, options }) =>
  run(cli, { args, options: { ...options, onConflict: 'takeover' } });

const AUTH_MODES = ['token', 'password', 'none'] as const;
const CONFLICTS: readonly OnConflict[] = ['standby', 'fail', 'takeover'];

/** A credential of the service manager is as explicit as an option, and is given where no option is. */
function readOverrides(options: Options, credential: string | undefined): GatewayOverrides {
  const port = numberOption(options, 'port');
  return {
    ...(port === undefined ? {} : { port }),
    ...given('bind', word(BINDS, options, 'bind')),
    ...given('authMode', word(AUTH_MODES, options, 'auth')),
    ...given('token', textOption(options, 'token') ?? credential),
    ...given('password', textOption(options, 'password')),
    ...given('tailscaleMode', word(TAILSCALE_MODES, options, 'tailscale')),
    ...(hasOption(options, 'tailscaleResetOnExit') ? { resetOnExit: true } : {}),
    ...(hasOption(options, 'allowUnconfigured') ? { allowUnconfigured: true } : {}),
  };
}

/** `--force` ends a gateway of ours only, by asking it; the reference shoots whatever holds the port. */
function readOnConflict(options: Options): OnConflict | undefined {
  return word(CONFLICTS, options, 'onConflict') ?? (hasOption(options, 'force') ? 'takeover' : undefined);
}

function word<const T extends string>(words: readonly T[], options: Options, name: string): T | undefined {
  const text = textOption(options, name);
  return words.find((known) => known === text);
}

function given<K extends string, T>(key: K, value: T | undefined): { [P in K]?: T } {
  return value === undefined ? {} : ({ [key]: value } as { [P in K]?: T }); // exactly this key with this value
}
