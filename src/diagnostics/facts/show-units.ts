import { constants } from 'node:os';
import { OpsError } from '../../state/index.ts';
import { monotonicMs } from '../../supervisor/index.ts';
import { parseTimespanMs, type ServiceManager, unitProperties } from '../../supervisor/systemd/index.ts';

/** The manager's view of one unit, drop-ins applied. */
export type LoadedUnit = {
  loadState: string;
  activeState: string;
  subState: string;
  enablement: string;
  result: string;
  mainPid: number;
  restarts: number;
  needsReload: boolean;
  dropIns: readonly string[];
  killMode: string;
  restart: string;
  restartPrevent: readonly string[];
  restartMs: number;
  startLimit: { intervalMs: number; burst: number };
  timeoutStopMs: number;
  controlGroup: string;
  /** How long the present main process runs; infinite without one. */
  mainAgeMs: number;
  /** The manager has a start, stop or restart of it to do. */
  hasJob: boolean;
  /** Exit status of the last main process, or the number of the signal that ended it; 0 while one runs. */
  mainStatus: number;
  /** How the last main process ended; undefined while one runs. */
  lastEnd: { status: number } | { signal: string } | undefined;
  /** How long it ran; undefined while one runs. */
  lastRunMs: number | undefined;
  statusText: string;
};

const PROPERTIES = [
  'Id',
  'LoadState',
  'ActiveState',
  'SubState',
  'UnitFileState',
  'Result',
  'MainPID',
  'ExecMainStartTimestampMonotonic',
  'ExecMainExitTimestampMonotonic',
  'NRestarts',
  'NeedDaemonReload',
  'DropInPaths',
  'KillMode',
  'Restart',
  'RestartPreventExitStatus',
  'RestartUSec',
  'StartLimitIntervalUSec',
  'StartLimitBurst',
  'TimeoutStopUSec',
  'ControlGroup',
  'Job',
  'ExecMainCode',
  'ExecMainStatus',
  'StatusText',
];

/** 1.5 s: a manager answers in milliseconds; the deadline of the fact is 2 s. */
const DEADLINE_MS = 1_500;

/**
 * Reads many units with one question; of one that does not exist `loadState` is `not-found`.
 * @throws `unit/no-bus`, `unit/systemctl`
 */
export async function showUnits(
  manager: ServiceManager,
  names: readonly string[],
): Promise<ReadonlyMap<string, LoadedUnit>> {
  const { status, stdout, stderr } = await manager.systemctl(
    ['show', '--no-pager', `--property=${PROPERTIES.join(',')}`, ...names],
    { deadlineMs: DEADLINE_MS },
  );
  if (status !== 0) {
    const why = stderr.trim() || `exit status ${status}`;
    throw new OpsError('unit/no-bus', `cannot read units from the ${manager.name}: ${why}`);
  }
  return parseShownUnits(stdout);
}

/** The output of `systemctl show A B`: one block a unit, an empty line between. Pure but for the clock. */
export function parseShownUnits(text: string): ReadonlyMap<string, LoadedUnit> {
  return new Map(
    text.split(/\n\n+/).flatMap((block): [string, LoadedUnit][] => {
      const properties = unitProperties(block);
      const id = properties.text('Id');
      return id === '' ? [] : [[id, unitOf(properties)]];
    }),
  );
}

function unitOf({ text: get, number, list }: ReturnType<typeof unitProperties>): LoadedUnit {
  return {
    loadState: get('LoadState'),
    activeState: get('ActiveState'),
    subState: get('SubState'),
    enablement: get('UnitFileState'),
    result: get('Result'),
    mainPid: number('MainPID'),
    restarts: number('NRestarts'),
    needsReload: get('NeedDaemonReload') === 'yes',
    dropIns: list('DropInPaths'),
    killMode: get('KillMode'),
    restart: get('Restart'),
    restartPrevent: list('RestartPreventExitStatus'),
    restartMs: parseTimespanMs(get('RestartUSec')),
    startLimit: {
      intervalMs: parseTimespanMs(get('StartLimitIntervalUSec')),
      burst: number('StartLimitBurst'),
    },
    timeoutStopMs: parseTimespanMs(get('TimeoutStopUSec')),
    controlGroup: get('ControlGroup'),
    mainAgeMs:
      number('MainPID') === 0
        ? Number.POSITIVE_INFINITY
        : monotonicMs() - number('ExecMainStartTimestampMonotonic') / 1_000,
    hasJob: number('Job') > 0,
    mainStatus: number('ExecMainStatus'),
    lastEnd: endOf(number('ExecMainCode'), number('ExecMainStatus')),
    lastRunMs:
      number('ExecMainExitTimestampMonotonic') === 0
        ? undefined
        : (number('ExecMainExitTimestampMonotonic') - number('ExecMainStartTimestampMonotonic')) / 1_000,
    statusText: get('StatusText'),
  };
}

/** `code` is one of waitid(2): 1 CLD_EXITED, 2 CLD_KILLED, 3 CLD_DUMPED; 0 while the process runs. */
function endOf(code: number, status: number): LoadedUnit['lastEnd'] {
  if (code === 1) return { status };
  if (code !== 2 && code !== 3) return undefined;
  const name = Object.entries(constants.signals).find(([, number]) => number === status)?.[0];
  return { signal: name ?? String(status) };
}
