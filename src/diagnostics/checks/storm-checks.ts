import { hasMetStartLimit } from '../../supervisor/systemd/index.ts';
import { type Check, command, defineCheck, notApplicable, ok, problem } from '../engine/check.ts';
import type { UnitView } from '../facts/units.ts';
import { brief, dropIn, journal, lastEndOf, systemctl } from './about-unit.ts';
import { handOverArgs, handOverStep, ourUnit, ownerByHand } from './hand-over.ts';
import { isLooping } from './is-looping.ts';
import { isUnderWay } from './passing.ts';
import { unitRemedies } from './unit-remedies.ts';

/** Group C of the catalogue: restart storms. */
export const stormChecks: readonly Check[] = [
  defineCheck({
    id: 'storm/latched',
    title: 'systemd gave up on the service',
    severity: 'error',
    needs: ['units', 'gatewayService', 'nodeService'],
    dependsOn: [
      'owner/two-owners',
      'unit/runtime-gone',
      'unit/package-gone',
      'config/write',
      'config/value',
      'config/combination',
      'config/missing',
      'port/foreign',
      'port/sibling',
      'port/unknown-owner',
    ],
    run: ({ units, gatewayService, nodeService }) => {
      const failed = units.units.filter(({ loaded }) => loaded?.activeState === 'failed');
      if (failed.length === 0) return ok;
      const history = [...(gatewayService?.history ?? []), ...(nodeService?.history ?? [])];
      return problem({
        units: failed.map((unit) => ({
          ...brief(unit),
          result: unit.loaded?.result ?? '',
          isLatched: unit.loaded !== undefined && hasMetStartLimit(unit.loaded),
          restarts: unit.loaded?.restarts ?? 0,
          end: lastEndOf(unit),
        })),
        lastCause: history.at(-1)?.cause ?? null,
      });
    },
    text: ({ units, lastCause }) =>
      units
        .map(({ unit, result, isLatched, restarts, end }) => {
          const what = isLatched
            ? `gave up after ${restarts} restarts`
            : `failed (${result}${end === null ? '' : `, ${end}`})`;
          return `${unit} ${what}${lastCause === null ? '' : `; the last time: ${lastCause}`}`;
        })
        .join('\n'),
    remedy: ({ units }) =>
      units.flatMap(({ unit, scope, kind, isOurs }) =>
        isOurs
          ? [command('clawdbot', kind, 'start'), command('clawdbot', kind, 'status')]
          : [systemctl(scope, 'reset-failed', unit), systemctl(scope, 'start', unit)],
      ),
    why: 'It stays down until somebody starts it; a plain start may be refused while the limit is latched.',
    manual:
      'A unit in the state failed is not tried again. After a start limit even `systemctl start` is refused until reset-failed; the start command of this program does both. Look for the cause first: it is in the status, the journal and the log.',
  }),
  defineCheck({
    id: 'storm/exit-code',
    title: 'The service is restarted over and over',
    severity: 'error',
    needs: ['units'],
    dependsOn: ['owner/two-owners', 'legacy/parked-node'],
    run: ({ units }) => {
      const looping = units.units.filter(isLooping);
      if (looping.length === 0) return ok;
      return problem({
        units: looping.map((unit) => ({
          ...brief(unit),
          restarts: unit.loaded?.restarts ?? 0,
          lately: unit.recent?.restarts ?? null,
          end: lastEndOf(unit),
        })),
      });
    },
    text: ({ units }) =>
      units
        .map(({ unit, restarts, lately, end }) => {
          const often =
            lately === null
              ? `${unit} was restarted ${restarts} times`
              : `${unit} was restarted ${lately} times in the last 10 minutes`;
          return `${often}${end === null ? '' : `, the last time it ended with ${end}`}`;
        })
        .join('\n'),
    remedy: ({ units }) =>
      units.flatMap(({ unit, scope, isOurs, kind }) => [
        // Ours has a socket unit, which would start it again with the next connection.
        isOurs
          ? command('clawdbot', kind, 'stop', ...(scope === 'system' ? ['--system'] : []))
          : systemctl(scope, 'stop', unit),
        journal(scope, unit),
      ]),
    why: 'It costs processor time and log space, and never gets better by itself.',
    manual:
      'Restart=always answers every failure with another start, also those that no restart can cure: an invalid config, a taken port, a held lock. Units of this program end such loops with exit statuses 69 and 78 and RestartPreventExitStatus=.',
  }),
  defineCheck({
    id: 'storm/limiter',
    title: 'The start limit of a unit cannot trip',
    severity: 'warning',
    needs: ['units'],
    run: ({ units }) => {
      const endless = units.units.filter(cannotTrip);
      return endless.length === 0
        ? ok
        : problem({
            units: endless.map((unit) => ({
              ...brief(unit),
              isLoaded: unit.loaded !== undefined,
              misplaced: unit.directives.misplacedLimits,
            })),
          });
    },
    text: ({ units }) =>
      units
        .map(({ path, misplaced }) =>
          misplaced.length > 0
            ? `${path} has ${misplaced.join(', ')} under [Service], where systemd ignores it`
            : `${path}: its pauses are longer than its limit looks back, so a failing service is restarted for ever`,
        )
        .join('\n'),
    remedy: ({ units }) =>
      units.flatMap((unit) =>
        unitRemedies(unit, {
          keys: ['StartLimitIntervalSec', 'StartLimitInterval', 'StartLimitBurst', 'RestartSec'],
          instead: ['[Unit]', 'StartLimitIntervalSec=120', 'StartLimitBurst=5'],
        }),
      ),
    fix: {
      risk: 'a service that fails 8 times within 10 minutes stays down until somebody starts it',
      class: 'service',
      // Units of this program are written anew by `install`.
      steps: ({ units }) =>
        units
          .filter(({ isOurs, isLoaded }) => !isOurs && isLoaded)
          .map((unit) =>
            dropIn(unit, 'start-limit', ['[Unit]', 'StartLimitIntervalSec=10min', 'StartLimitBurst=8']),
          ),
    },
    why: 'A service that cannot start is started again every few seconds, for days.',
    manual:
      'N starts within T only happen when N pauses and N attempts fit into T. The defaults of systemd (5 in 10 s) can never trip with RestartSec=5. The keys belong under [Unit] (systemd.unit(5)); under [Service] they are reported in the journal and ignored.',
  }),
  defineCheck({
    id: 'storm/detached',
    title: 'The gateway runs outside its unit',
    severity: 'warning',
    needs: ['units', 'owner', 'config'],
    dependsOn: ['owner/two-owners'],
    run: ({ units, owner, config }) => {
      const record = ownerByHand(owner);
      if (record === undefined) return notApplicable('no gateway that was started by hand serves');
      const unit = ourUnit(units.units);
      if (unit?.loaded === undefined) return notApplicable('no service is installed');
      // An active unit stands by.
      if (unit.loaded.activeState === 'active') return ok;
      if (isUnderWay(unit) || unit.loaded.activeState === 'activating')
        return notApplicable(`${unit.unit} is ${unit.loaded.activeState}`);
      return problem(handOverArgs({ record, unit, owner, drainMs: config.config.supervisor.drainMs }));
    },
    text: ({ process: { pid }, unit, unitState }) =>
      `pid ${pid} serves, but ${unit} is ${unitState}: nobody restarts it when it ends.`,
    remedy: () => [command('clawdbot', 'gateway', 'start')],
    fix: {
      risk: 'the service starts and stands by; when it takes over, connections are closed once and the process that serves now ends',
      class: 'interrupts',
      alternatives: (args) => {
        const { unit, scope, unitState, enabled } = args;
        const was = { active: unitState === 'active', enabled };
        const start = { kind: 'unit', scope, units: [unit], verb: 'start', was } as const;
        return [
          {
            keep: 'service',
            about: `${unit} starts and takes over`,
            risk: 'connections are closed once and come back within a second; the process that serves now ends',
            class: 'interrupts',
            steps: [start, handOverStep(args)],
          },
          {
            keep: 'process',
            about: `${unit} starts and waits behind the process`,
            risk: 'none: the service stands by until the process ends',
            class: 'service',
            steps: [start],
          },
        ];
      },
    },
    why: 'After a crash, a logout or a reboot of this process there is no gateway.',
    manual:
      'Somebody started a gateway by hand while the service was stopped. Starting the service makes it stand by, and it takes over when the process ends; `gateway takeover` hands over now.',
  }),
  defineCheck({
    id: 'storm/given-up',
    title: 'The supervisor gave up on a service',
    severity: 'error',
    needs: ['supervisor'],
    dependsOn: [
      'config/write',
      'config/value',
      'config/combination',
      'port/foreign',
      'port/sibling',
      'port/unknown-owner',
    ],
    run: ({ supervisor }) => {
      if (supervisor.kind !== 'running') return notApplicable('no supervisor runs');
      const given = supervisor.services.flatMap(({ name, givenUp, deaths }) =>
        givenUp === undefined
          ? []
          : [{ name, reason: givenUp.reason, lastLine: deaths.at(-1)?.lastLines.at(-1) ?? '' }],
      );
      return given.length === 0 ? ok : problem({ services: given });
    },
    text: ({ services }) =>
      services
        .map(
          ({ name, reason, lastLine }) =>
            `${name}: ${reason}${lastLine === '' ? '' : `; it said: ${lastLine}`}`,
        )
        .join('\n'),
    remedy: ({ services }) => services.map(({ name }) => command('clawdbot', 'supervisor', 'clear', name)),
    why: 'It stays down until it is cleared.',
    manual:
      'A service that ends for a reason no restart can cure, or too often for one reason, is left alone. Remove the cause, then clear it.',
  }),
  defineCheck({
    id: 'storm/drain',
    title: 'The service is killed before it has finished its work',
    severity: 'warning',
    when: 'next-start',
    needs: ['units', 'config'],
    run: ({ units, config }) => {
      const neededMs = config.config.supervisor.drainMs + 2_000;
      const short = units.units.filter(
        ({ kind, loaded }) =>
          kind === 'gateway' &&
          loaded !== undefined &&
          loaded.timeoutStopMs > 0 &&
          loaded.timeoutStopMs < neededMs,
      );
      if (short.length === 0) return ok;
      return problem({
        units: short.map((unit) => ({ ...brief(unit), stopMs: unit.loaded?.timeoutStopMs ?? 0 })),
        neededMs,
      });
    },
    text: ({ units, neededMs }) =>
      units
        .map(
          ({ unit, stopMs }) =>
            `${unit} is killed ${stopMs / 1000} s after a stop, draining may take ${neededMs / 1000} s`,
        )
        .join('\n'),
    remedy: ({ units, neededMs }) =>
      units.flatMap((unit) =>
        unitRemedies(unit, {
          keys: ['TimeoutStopSec', 'TimeoutSec'],
          instead: ['[Service]', `TimeoutStopSec=${Math.ceil(neededMs / 1000) + 15}`],
        }),
      ),
    why: 'Every restart cuts off running commands and leaves children behind.',
    manual:
      'TimeoutStopSec= has to exceed supervisor.drainMs. Units of this program allow 15 s more than the longest drain.',
  }),
];

/** 5 s: what a start that fails takes at most (F-23). */
const FAILING_START_MS = 5_000;

function cannotTrip({ loaded, directives }: UnitView): boolean {
  if (loaded === undefined || loaded.loadState !== 'loaded') return directives.misplacedLimits.length > 0;
  if (loaded.restart === 'no') return false;
  const { burst, intervalMs } = loaded.startLimit;
  if (burst === 0 || intervalMs === 0) return true;
  return intervalMs <= burst * (loaded.restartMs + FAILING_START_MS);
}
