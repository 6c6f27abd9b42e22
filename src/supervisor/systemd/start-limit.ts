/** What of a unit tells whether its start limit stopped it. */
type StoppedUnit = {
  activeState: string;
  result: string;
  restarts: number;
  mainStatus: number;
  restartPrevent: readonly string[];
  startLimit: { burst: number };
};

/**
 * Whether systemd gave up on a unit because it was started too often. Result=start-limit-hit says so for a start that
 * somebody asked for; when a restart of its own meets the limit, systemd 252 keeps the result of the last run
 * (service_enter_dead: the first failure wins). Then it was the limit if the unit failed after as many restarts and its
 * last end was not one that forbids a restart.
 */
export function hasMetStartLimit(unit: StoppedUnit): boolean {
  if (unit.result === 'start-limit-hit') return true;
  const { burst } = unit.startLimit;
  return (
    unit.activeState === 'failed' &&
    burst > 0 &&
    unit.restarts >= burst &&
    !unit.restartPrevent.includes(String(unit.mainStatus))
  );
}
