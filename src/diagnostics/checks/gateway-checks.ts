import { type Check, command, defineCheck, notApplicable, ok, problem, unknown } from '../engine/check.ts';
import { journal, systemctl } from './about-unit.ts';
import { FOLLOWS, isFollowing, whyPassing } from './passing.ts';
import { hiddenOwnersListener, restartRemedies, servingGateway } from './serving.ts';

/** Whether the gateway serves, and whether it is the one that is installed. */
export const gatewayChecks: readonly Check[] = [
  defineCheck({
    id: 'gateway/down',
    title: 'No gateway serves this state directory',
    severity: 'error',
    level: 'alive',
    needs: ['port', 'owner', 'config', 'node', 'units', 'stateFiles', 'host'],
    dependsOn: [
      'owner/two-owners',
      'config/missing',
      'config/unreadable',
      'config/write',
      'config/value',
      'config/combination',
      'port/foreign',
      'port/sibling',
      'port/unknown-owner',
      'port/stuck',
      'port/drift',
      'lock/split',
      'node/store',
      'storm/latched',
      'storm/exit-code',
      'storm/given-up',
      'unit/runtime-gone',
      'unit/package-gone',
      'unit/masked',
      'unit/no-bus',
      'state/owner',
      'owner/other-user',
      'legacy/running',
      'legacy/stuck',
      'unit/systemctl-codes',
    ],
    run: ({ port, owner, config, node, units, stateFiles, host }) => {
      if (servingGateway(port) !== undefined) return ok;
      if (hiddenOwnersListener(port, stateFiles, host.uid) !== undefined) {
        return unknown(
          'somebody of the account that owns the state directory listens; ask from that account',
        );
      }
      if (config.config.gateway.mode === 'remote') return notApplicable('the gateway is elsewhere');
      if (!config.exists && node.kind !== 'none') return notApplicable('this machine is a node host');
      const { stoppedPid } = owner;
      const passing = stoppedPid === undefined ? whyPassing(owner, units.units) : undefined;
      if (passing !== undefined) return notApplicable(passing);
      const moved = { config, owner, stateFiles, host };
      if (stoppedPid === undefined && isFollowing(moved)) return notApplicable(FOLLOWS);
      const services = units.units.filter(({ kind }) => kind === 'gateway');
      const unit = services.find(({ isOurs }) => isOurs) ?? services[0];
      return problem({
        stoppedPid: stoppedPid ?? null,
        port: config.settings.port,
        unit: unit?.unit ?? null,
        scope: unit?.scope ?? 'user',
        isOurs: unit?.isOurs === true,
        canInstall:
          units.managers.user.kind !== 'unavailable' || units.managers.system.kind !== 'unavailable',
        unitState: unit?.loaded === undefined ? null : `${unit.loaded.activeState} (${unit.loaded.subState})`,
      });
    },
    text: ({ port, unit, unitState, stoppedPid }) =>
      stoppedPid !== null
        ? `Nobody answers as this gateway on port ${port}: pid ${stoppedPid} owns the service and is stopped by a signal (state T).`
        : unit === null
          ? `Nobody answers as this gateway on port ${port}, and no service is installed.`
          : `Nobody answers as this gateway on port ${port}; ${unit} is ${unitState ?? 'in an unknown state'}.`,
    remedy: ({ unit, scope, isOurs, canInstall, stoppedPid }) =>
      stoppedPid !== null
        ? [command('kill', '-CONT', String(stoppedPid)), command('clawdbot', 'gateway', 'status')]
        : unit === null
          ? [...(canInstall ? [command('clawdbot', 'gateway', 'install')] : []), command('clawdbot', 'up')]
          : !isOurs
            ? [systemctl(scope, 'start', unit), journal(scope, unit)]
            : [command('clawdbot', 'gateway', 'start'), command('clawdbot', 'logs', '--local')],
    why: 'Nodes and clients cannot connect.',
    manual:
      'No listener on the configured port proves to be the gateway of this state directory, and nothing was found that keeps one from starting. Started by hand, it ended with its terminal; a service shows in gateway status why it is stopped.',
  }),
  defineCheck({
    id: 'gateway/not-ready',
    title: 'The gateway is up but not ready',
    severity: 'error',
    level: 'ready',
    needs: ['probe', 'port', 'owner'],
    dependsOn: ['node/store', 'logs/budget', 'port/stuck'],
    run: ({ probe, port, owner }) => {
      if (probe.kind === 'none') return notApplicable('no gateway of ours answers');
      const { status, reasons } = probe.ready;
      const state = servingGateway(port)?.state ?? '';
      // Seconds of starting, stopping and standing by are no fault.
      if (status === 200 || status === undefined || state !== 'serving') return ok;
      if (owner.passing !== undefined) return notApplicable(`it is ${owner.passing}`);
      return problem({ status, reasons, restart: restartRemedies(owner) });
    },
    text: ({ status, reasons }) => `/readyz answers ${status}: ${reasons.join('; ') || 'without a reason'}`,
    remedy: ({ restart }) => [command('clawdbot', 'logs', '--local'), ...restart],
    why: 'It accepts connections, but requests fail.',
    manual:
      'The gateway says itself what is missing, most often a database that does not answer: a full or read-only disk, a file that was replaced.',
  }),
  defineCheck({
    id: 'update/stale-code',
    title: 'The running gateway is of another version than the installed one',
    severity: 'warning',
    needs: ['port', 'copies', 'owner'],
    run: ({ port, copies, owner }) => {
      const running = servingGateway(port);
      if (running === undefined) return notApplicable('no gateway of ours answers');
      const installed = copies.version;
      if (running.version === installed) return ok;
      const by = owner.reading.kind === 'present' ? owner.reading.record.starter : undefined;
      return problem({ running: running.version, installed, pid: running.pid, isUnit: by?.kind === 'unit' });
    },
    text: ({ running, installed, pid }) => `pid ${pid} runs ${running}; installed is ${installed}.`,
    remedy: ({ isUnit }) => [command('clawdbot', 'gateway', isUnit ? 'restart' : 'takeover')],
    why: 'Code that is loaded later comes from the new files and may not fit the old process.',
    manual:
      'The package was replaced under a running process. It works from memory until it needs a file for the first time. Restart it at a quiet moment; the service does it without refusing a connection.',
  }),
];
