import { describeStarter, type HolderRecord } from '../../supervisor/index.ts';
import type { OwnerFact } from '../facts/owner.ts';
import type { UnitView } from '../facts/units.ts';
import { brief } from './about-unit.ts';

/** Everything a hand-over to our service needs to know. */
export function handOverArgs(found: {
  record: HolderRecord;
  unit: UnitView;
  owner: OwnerFact;
  drainMs: number;
}) {
  const { record, unit, owner, drainMs } = found;
  const { pid, startTicks, bootId } = record;
  return {
    ...brief(unit),
    process: { pid, startTicks, bootId },
    startedBy: describeStarter(record.starter),
    stateDir: owner.path.slice(0, owner.path.lastIndexOf('/')),
    drainMs,
    unitState: unit.loaded?.activeState ?? 'unknown',
    enabled: unit.enabled,
  };
}

export type HandOverArgs = ReturnType<typeof handOverArgs>;

/** The step that makes the process of a unit the owner. */
export function handOverStep({ stateDir, process, unit, scope, drainMs }: HandOverArgs) {
  return { kind: 'hand-over', stateDir, from: process, to: { unit, scope }, drainMs } as const;
}

/** The owner, when it serves and nobody would start it again. */
export function ownerByHand({ reading, fate }: OwnerFact): HolderRecord | undefined {
  if (reading.kind !== 'present' || fate?.kind !== 'alive') return undefined;
  const { state, starter } = reading.record;
  const isByHand = !['unit', 'supervisor', 'container', 'cron'].includes(starter.kind);
  return isByHand && state.name === 'serving' ? reading.record : undefined;
}

/** Our own gateway unit, as far as its manager has it. */
export function ourUnit(units: readonly UnitView[]): UnitView | undefined {
  return units.find(
    ({ kind, isOurs, loaded }) => kind === 'gateway' && isOurs && loaded?.loadState === 'loaded',
  );
}
