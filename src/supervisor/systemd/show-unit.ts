import { OpsError } from '../../state/index.ts';
import type { ServiceManager } from './manager.ts';
import { unitProperties } from './unit-properties.ts';

/** The manager's loaded view of a unit (`systemctl show`): drop-ins applied, not what the file says. */
export type UnitFacts = {
  name: string;
  loadState: string;
  activeState: string;
  subState: string;
  /** `enabled`, `disabled`, `masked`, `static`, … ; empty for a unit without file. */
  enablement: string;
  /** `success`, `exit-code`, `watchdog`, `start-limit-hit`, … */
  result: string;
  fragmentPath: string;
  dropIns: readonly string[];
  /** The files on disk are newer than what is loaded. */
  needsReload: boolean;
  mainPid: number;
  /** Policy (`Restart=`). */
  restart: string;
  restarts: number;
  statusText: string;
  /** Exit status or signal number of the last main process. */
  mainStatus: number;
  mainCode: 'exited' | 'killed' | 'dumped' | undefined;
  /** Program of the effective `ExecStart=`. */
  program: string;
  /** Its arguments, the program included; systemd does not quote them. */
  command: string;
  /** What the command (`--port`) or the environment of the unit says about the port; the command wins. */
  portOfCommand: number | undefined;
  /** Addresses of a socket unit. */
  listen: readonly string[];
  /** Sockets in the descriptor store of a service; they keep its port open across a restart. */
  storedDescriptors: number;
  invocationId: string;
  /** Exit statuses and signals after which the unit is not restarted. */
  restartPrevent: readonly string[];
  /** Effective limits, for judging whether the start limit can trip (F-23). */
  startLimit: { intervalUsec: string; burst: number; restartUsec: string };
};

const PROPERTIES = [
  'LoadState',
  'ActiveState',
  'SubState',
  'UnitFileState',
  'Result',
  'FragmentPath',
  'DropInPaths',
  'NeedDaemonReload',
  'MainPID',
  'NRestarts',
  'StatusText',
  'ExecMainStatus',
  'ExecMainCode',
  'ExecStart',
  'InvocationID',
  'StartLimitIntervalUSec',
  'StartLimitBurst',
  'Restart',
  'RestartUSec',
  'RestartPreventExitStatus',
  'Listen',
  'NFileDescriptorStore',
  'Environment',
];

/** Reads a unit. A unit that does not exist has `loadState` `not-found`. @throws `unit/no-bus`, `unit/systemctl` */
export async function showUnit(manager: ServiceManager, unit: string): Promise<UnitFacts> {
  const { status, stdout, stderr } = await manager.systemctl([
    'show',
    unit,
    '--no-pager',
    `--property=${PROPERTIES.join(',')}`,
  ]);
  if (status !== 0) {
    throw new OpsError(
      'unit/systemctl',
      `cannot read ${unit} from the ${manager.name}: ${stderr.trim() || `exit status ${status}`}`,
    );
  }
  return parseUnitFacts(unit, stdout);
}

/** Reads the output of `systemctl show`: one `Name=value` a line. */
export function parseUnitFacts(name: string, text: string): UnitFacts {
  const { text: get, number, list } = unitProperties(text);
  // CLD_EXITED, CLD_KILLED, CLD_DUMPED of waitid(2)
  const codes = { '1': 'exited', '2': 'killed', '3': 'dumped' } as const;
  const code = get('ExecMainCode');
  return {
    name,
    loadState: get('LoadState'),
    activeState: get('ActiveState'),
    subState: get('SubState'),
    enablement: get('UnitFileState'),
    result: get('Result'),
    fragmentPath: get('FragmentPath'),
    dropIns: list('DropInPaths'),
    needsReload: get('NeedDaemonReload') === 'yes',
    mainPid: number('MainPID'),
    restart: get('Restart'),
    restarts: number('NRestarts'),
    statusText: get('StatusText'),
    mainStatus: number('ExecMainStatus'),
    mainCode: code === '1' || code === '2' || code === '3' ? codes[code] : undefined,
    program: /path=(.*?) ; argv\[\]=/.exec(get('ExecStart'))?.[1] ?? '',
    portOfCommand: portOf(get('ExecStart'), get('Environment')),
    listen: text.split('\n').flatMap((line) => /^Listen=(.*) \(Stream\)$/.exec(line)?.[1] ?? []),
    command: /argv\[\]=(.*?) ; ignore_errors=/.exec(get('ExecStart'))?.[1] ?? '',
    storedDescriptors: number('NFileDescriptorStore'),
    invocationId: get('InvocationID'),
    restartPrevent: list('RestartPreventExitStatus'),
    startLimit: {
      intervalUsec: get('StartLimitIntervalUSec'),
      burst: number('StartLimitBurst'),
      restartUsec: get('RestartUSec'),
    },
  };
}

function portOf(command: string, environment: string): number | undefined {
  const given =
    /\s--port[ =](\d+)\s/.exec(command)?.[1] ?? /\bCLAWDBOT_GATEWAY_PORT=(\d+)/.exec(environment)?.[1];
  return given === undefined ? undefined : Number(given);
}

/** Version of the running systemd. @throws `unit/systemctl` when it cannot be told */
export async function systemdVersion(manager: ServiceManager): Promise<number> {
  const { stdout } = await manager.systemctl(['--version']);
  const version = Number(/^systemd (\d+)/.exec(stdout)?.[1]);
  if (Number.isInteger(version)) return version;
  throw new OpsError(
    'unit/systemctl',
    `cannot tell the version of systemd from ${JSON.stringify(stdout.slice(0, 80))}`,
  );
}
