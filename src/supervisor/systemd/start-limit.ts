/** What of a unit tells whether its start limit stopped it. */
type StoppedUnit = {
  activeState: string;
  result: string;
  restart: string;
  restarts: number;
  mainStatus: number;
  restartPrevent: readonly string[];
  startLimit: { burst: number };
};

/** Policies under which a unit that failed is started again, so that only the limit leaves it failed. */
const TRIED_AGAIN = ['always', 'on-failure'];

/**
 * Whether systemd gave up on a unit because it was started too often. Result=start-limit-hit says so for a start that
 * somebody asked for; when a restart of its own meets the limit, systemd 252 and 257 keep the result of the last run
 * (service_enter_dead: the first failure wins). Then it was the limit if systemd had begun to restart the unit, and its
 * last end was not one that forbids a restart. The number of restarts may be below the limit, which counts the starts that
 * somebody asked for, too.
 */
export function hasMetStartLimit(unit: StoppedUnit): boolean {
  if (unit.result === 'start-limit-hit') return true;
  return (
    unit.activeState === 'failed' &&
    unit.startLimit.burst > 0 &&
    unit.restarts > 0 &&
    TRIED_AGAIN.includes(unit.restart) &&
    !unit.restartPrevent.includes(String(unit.mainStatus))
  );
}
