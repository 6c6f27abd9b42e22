import type { DoctorAlternative, DoctorProcess } from '../../protocol/index.ts';
import { describeStarter, type Starter } from '../../supervisor/index.ts';
import { advice, type Check, defineCheck, notApplicable, ok, problem } from '../engine/check.ts';
import type { SeenGateway } from '../facts/gateways.ts';
import type { UnitView } from '../facts/units.ts';
import { brief, lastEndOf, systemctl } from './about-unit.ts';
import { type HandOverArgs, handOverArgs, handOverStep, ourUnit, ownerByHand } from './hand-over.ts';

/** Two that want to be the one gateway: how they are told apart, and how one of them is made the owner. */
export const competingOwners: readonly Check[] = [
  defineCheck({
    id: 'owner/two-owners',
    title: 'Two want to be the gateway: a process that runs, and a service that cannot',
    severity: 'error',
    needs: ['units', 'gateways', 'config'],
    run: ({ units, gateways, config }) => {
      for (const unit of units.units.filter(losesAgainAndAgain)) {
        const isOfUnit = (candidate: SeenGateway): boolean =>
          candidate.pid === unit.loaded?.mainPid || isStartedBy(candidate.startedBy, unit);
        // One that listens has won, however often it was started before.
        if (gateways.some(isOfUnit)) continue;
        const wanted = unit.directives.port ?? config.settings.port;
        const winner = gateways.find(({ port }) => port === wanted);
        if (winner === undefined) continue;
        const { pid, startTicks, bootId, port: number, startedBy, program } = winner;
        return problem({
          ...brief(unit),
          kind: unit.kind,
          restarts: unit.loaded?.restarts ?? 0,
          end: lastEndOf(unit),
          active: unit.loaded?.activeState !== 'failed',
          enabled: unit.enabled,
          winner: { pid, startTicks, bootId, program, startedBy: describeStarter(startedBy), port: number },
          // Only a process that nobody starts again may be ended: a unit's or a supervisor's would come back.
          isByHand: !['unit', 'supervisor', 'container', 'cron'].includes(startedBy.kind),
        });
      }
      return ok;
    },
    text: ({ unit, product, restarts, winner, end }) =>
      `${unit} (${product}) ${restarts > 0 ? `was started again ${restarts === 1 ? 'once' : `${restarts} times`}` : 'could not start'}${end === null ? '' : `, the last time it ended with ${end}`}: pid ${winner.pid} (${winner.program}, started by ${winner.startedBy}) has port ${winner.port}.`,
    remedy: ({ scope, unit }) => [systemctl(scope, 'disable', '--now', unit)],
    fix: {
      risk: 'the unit does not start at boot any more; what runs goes on as it is',
      class: 'service',
      alternatives: waysOutOfStorm,
    },
    why: 'Each attempt costs seconds of processor time and hundreds of megabytes, for days; which of the two serves after a crash or a reboot is chance.',
    manual:
      'Somebody started a gateway by hand, or a unit of a former installation was left enabled. The unit cannot get the lock or the port, ends, and Restart=always starts it again; its start limit cannot trip. Decide who owns the service: keep the process (the unit is stopped and disabled), or keep the service (the process is asked to end, then the unit serves). Units of this program stand by instead.',
  }),
  defineCheck({
    id: 'owner/waiting',
    title: 'A gateway started by hand serves, and the service waits behind it',
    severity: 'advice',
    needs: ['units', 'owner', 'config'],
    run: ({ units, owner, config }) => {
      const record = ownerByHand(owner);
      if (record === undefined) return notApplicable('no gateway that was started by hand serves');
      const unit = ourUnit(units.units);
      const isWaiting = owner.standbys.some(({ pid }) => pid === unit?.loaded?.mainPid);
      if (unit === undefined || !isWaiting) return ok;
      return problem(handOverArgs({ record, unit, owner, drainMs: config.config.supervisor.drainMs }));
    },
    text: ({ process: { pid }, startedBy, unit }) =>
      `pid ${pid}, started by ${startedBy}, serves; ${unit} stands by and takes over when it ends.`,
    remedy: ({ unit }) => [
      advice(`End the process the way it was started: ${unit} takes over at that moment.`),
    ],
    fix: {
      risk: 'connections are closed once and come back within a second; the process that serves now ends',
      class: 'interrupts',
      alternatives: (args) => [
        {
          keep: 'service',
          about: `${args.unit} takes over now`,
          risk: 'connections are closed once and come back within a second; the process that serves now ends',
          class: 'interrupts',
          steps: [handOverStep(args)],
        },
        keepProcess(args),
      ],
    },
    why: 'Two owners take turns: restart and upgrade of the service change nothing while the other one serves.',
    manual:
      'Nothing is broken: the kernel lets one of them own the state, the other waits without using the processor. Let the service take over (no connection is lost for more than a moment, and the process started by hand ends), or keep the process and disable the service.',
  }),
];

function keepProcess(args: HandOverArgs): DoctorAlternative {
  return {
    keep: 'process',
    about: `${args.unit} is stopped and disabled`,
    risk: 'nobody starts a gateway after a crash, a logout or a reboot',
    class: 'service',
    steps: [
      {
        kind: 'unit',
        scope: args.scope,
        units: [args.unit, args.unit.replace(/\.service$/, '.socket')],
        verb: 'disable',
        notPid: args.process.pid,
        was: { active: args.unitState === 'active', enabled: args.enabled },
      },
    ],
  };
}

function waysOutOfStorm(args: {
  unit: string;
  scope: 'user' | 'system';
  isOurs: boolean;
  active: boolean;
  enabled: boolean;
  isByHand: boolean;
  winner: DoctorProcess & { program: string; port: number };
}): readonly DoctorAlternative[] {
  const { unit, scope, active, enabled, winner, isByHand } = args;
  const { pid, startTicks, bootId, program } = winner;
  const was = { active, enabled };
  const keepTheProcess: DoctorAlternative = {
    keep: 'process',
    about: `pid ${pid} goes on; ${unit} is stopped and disabled`,
    risk: 'the unit does not start at boot any more; what runs goes on as it is',
    class: 'service',
    steps: [{ kind: 'unit', scope, units: [unit], verb: 'disable', notPid: pid, was }],
  };
  if (!isByHand) return [keepTheProcess];
  const keepTheService: DoctorAlternative = {
    keep: 'service',
    about: `pid ${pid} is asked to end; ${unit} serves`,
    risk: 'connections are refused until the unit has started, which takes other products several seconds; what the process was doing is cut off',
    class: 'interrupts',
    steps: [
      // Stopped first, so that it does not start beside the process that ends, and counts its restarts anew.
      { kind: 'unit', scope, units: [unit], verb: 'stop', notPid: pid, was },
      { kind: 'end', process: { pid, startTicks, bootId }, name: program },
      {
        kind: 'unit',
        scope,
        units: [unit],
        verb: 'start',
        port: winner.port,
        was: { ...was, active: false },
      },
    ],
  };
  return [keepTheProcess, keepTheService];
}

/** It wants to run and does not stay: its manager starts it again, or has given up. */
function losesAgainAndAgain({ kind, isOurs, enabled, loaded }: UnitView): boolean {
  if (kind !== 'gateway' || loaded === undefined || loaded.loadState !== 'loaded') return false;
  // One that is not enabled is not tried again.
  if (loaded.activeState === 'failed') return enabled;
  // One of ours stands by, or fails for good; a published one is `active` during the seconds in which an attempt fails.
  const isTrying = loaded.activeState === 'activating' || loaded.activeState === 'active';
  return !isOurs && isTrying && loaded.restarts > 0;
}

function isStartedBy(starter: Starter, { unit, scope }: UnitView): boolean {
  return starter.kind === 'unit' && starter.unit === unit && starter.scope === scope;
}
