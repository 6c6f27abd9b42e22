import { isVersioned } from '../../supervisor/systemd/index.ts';
import { advice, type Check, command, defineCheck, notApplicable, ok, problem } from '../engine/check.ts';
import type { UnitView } from '../facts/units.ts';
import { brief, dropIn, systemctl } from './about-unit.ts';
import { noteCheck } from './note-check.ts';
import { unitRemedies } from './unit-remedies.ts';

/** Group D of the catalogue: units and the environment of services. */
export const unitChecks: readonly Check[] = [
  ...(['unit/runtime-gone', 'unit/package-gone'] as const).map((id) =>
    defineCheck({
      id,
      title:
        id === 'unit/runtime-gone' ? 'The interpreter of a unit is gone' : 'The program of a unit is gone',
      severity: 'error',
      when: 'next-start',
      needs: ['units'],
      run: ({ units }) => {
        const broken = units.units.flatMap((unit) =>
          unit.directives.missing
            .filter((path) => /\.[cm]?js$/.test(path) === (id === 'unit/package-gone'))
            .map((missing) => ({ ...brief(unit), missing })),
        );
        return broken.length === 0 ? ok : problem({ units: broken });
      },
      text: ({ units }) =>
        units
          .map(({ path, missing }) => `${path} starts ${missing}, which does not exist: the next start fails`)
          .join('\n'),
      remedy: ({ units }) =>
        units.flatMap((unit) =>
          unitRemedies(unit, {
            keys: ['ExecStart'],
            instead: ['[Service]', 'ExecStart=', 'ExecStart=(the command with paths that exist)'],
          }),
        ),
      why: 'A running service goes on until its next start, which then fails (exit status 203 or 1).',
      manual:
        'Version managers remove old interpreters, package managers move packages. Installing again writes the present paths; a Node of the system outlives updates.',
    }),
  ),
  defineCheck({
    id: 'unit/masked',
    title: 'The unit is masked',
    severity: 'error',
    when: 'next-start',
    needs: ['units'],
    run: ({ units }) => (units.masked.length === 0 ? ok : problem({ units: units.masked })),
    text: ({ units }) => units.map(({ unit }) => `${unit} is masked: it cannot be started`).join('\n'),
    remedy: ({ units }) => units.map(({ scope, unit }) => systemctl(scope, 'unmask', unit)),
    why: 'No start works until it is unmasked.',
    manual: 'Somebody forbade this unit with `systemctl mask`, which links it to /dev/null.',
  }),
  defineCheck({
    id: 'unit/disabled',
    title: 'The service does not start at boot',
    severity: 'warning',
    when: 'reboot',
    needs: ['units'],
    dependsOn: ['unit/masked', 'owner/two-scopes'],
    run: ({ units }) => {
      const disabled = units.units.filter(
        ({ isOurs, loaded }) => isOurs && loaded?.enablement === 'disabled',
      );
      return disabled.length === 0 ? ok : problem({ units: disabled.map(brief) });
    },
    text: ({ units }) => units.map(({ unit }) => `${unit} is disabled`).join('\n'),
    remedy: ({ units }) => units.map(({ kind }) => command('clawdbot', kind, 'install')),
    why: 'After a reboot or a logout nobody starts it.',
    manual: 'A unit that is only started runs until the manager ends. Installing enables it.',
  }),
  defineCheck({
    id: 'unit/linger',
    title: 'The service stops at logout',
    severity: 'warning',
    when: 'logout',
    dependsOn: ['unit/no-bus'],
    needs: ['units'],
    run: ({ units }) => {
      const own = units.units.filter(({ scope, enabled }) => scope === 'user' && enabled);
      if (own.length === 0) return notApplicable('no service of this account is installed');
      if (units.lingering) return ok;
      return problem({ account: units.account, units: own.map(({ unit }) => unit) });
    },
    text: ({ account, units }) =>
      `Lingering is off for ${account}: ${units.join(', ')} stops at logout and does not start at boot.`,
    remedy: ({ account }) => [command('sudo', 'loginctl', 'enable-linger', account)],
    fix: {
      risk: 'programs of this account go on after logout; some systems want an administrator for it',
      class: 'service',
      steps: ({ account }) => [
        {
          kind: 'run',
          command: ['loginctl', '--no-ask-password', 'enable-linger', account],
          undo: ['loginctl', '--no-ask-password', 'disable-linger', account],
        },
      ],
    },
    why: 'After a reboot there is no gateway or node until somebody logs in.',
    manual:
      'The manager of an account runs from the first login to the last logout. With lingering it runs from boot on (loginctl(1)). doctor --fix asks logind for it; some systems want an administrator.',
  }),
  defineCheck({
    id: 'unit/systemctl-codes',
    title: 'systemd does not answer',
    severity: 'error',
    needs: ['units'],
    run: ({ units }) => {
      const hanging = (['user', 'system'] as const).flatMap((scope) => {
        const state = units.managers[scope];
        return state.kind === 'unavailable' && state.code === 'unit/systemctl'
          ? [{ scope, reason: state.reason }]
          : [];
      });
      return hanging.length === 0 ? ok : problem({ managers: hanging });
    },
    text: ({ managers }) => managers.map(({ scope, reason }) => `${scope} manager: ${reason}`).join('\n'),
    remedy: () => [command('systemctl', 'status'), command('journalctl', '--lines=50', '_PID=1')],
    why: 'Nothing can be said about services, and none can be started or stopped.',
    manual:
      'Questions to systemd are answered in milliseconds. One that hangs waits for D-Bus, for a process manager under load, or systemctl was replaced by something else. Every question is killed at its deadline.',
  }),
  defineCheck({
    id: 'unit/no-bus',
    title: 'The manager of this account cannot be reached',
    severity: 'error',
    needs: ['units', 'host'],
    run: ({ units, host }) => {
      const { user } = units.managers;
      const own = units.units.filter(({ scope, file }) => scope === 'user' && file.uid === host.uid);
      if (user.kind === 'reachable') return ok;
      if (user.code === 'unit/no-systemd' || user.code === 'unit/systemctl')
        return notApplicable(user.reason);
      if (own.length === 0) return notApplicable('no service of this account is installed');
      return problem({ reason: user.reason, code: user.code, account: units.account });
    },
    text: ({ reason }) => reason,
    remedy: ({ code, account }) =>
      code === 'unit/refused'
        ? [advice('Run the command as the account that owns the service, or with --system.')]
        : [command('sudo', 'loginctl', 'enable-linger', account)],
    why: 'The service of this account does not run, and cannot be started from here.',
    manual:
      'The user manager has its sockets in /run/user/UID. Without a login and without lingering there is none. A missing XDG_RUNTIME_DIR alone is no problem: it is worked out from the uid.',
  }),
  noteCheck({
    id: 'unit/dropins',
    title: 'Edited unit files are not loaded',
    severity: 'warning',
    when: 'next-start',
    needs: ['units'],
    notes: ({ units }) =>
      units.units
        .filter(({ loaded, unloadedDropIns }) => loaded?.needsReload === true || unloadedDropIns.length > 0)
        .map(({ path, scope }) => ({
          text: `${path} or one of its drop-ins is newer than what systemd has loaded`,
          remedies: [systemctl(scope, 'daemon-reload')],
        })),
    why: 'What the files say is not what runs.',
    manual: 'systemd reads unit files at daemon-reload. Until then start and stop work with the old text.',
  }),
  noteCheck({
    id: 'unit/drift',
    title: 'The unit is not what this version would write',
    severity: 'warning',
    when: 'next-start',
    dependsOn: ['unit/runtime-gone', 'unit/package-gone', 'unit/two-installs'],
    needs: ['gatewayService', 'nodeService'],
    notes: ({ gatewayService, nodeService }) =>
      [gatewayService, nodeService].flatMap((service) =>
        (service?.files ?? [])
          .filter(({ change }) => change === 'create' || change === 'update')
          .map(({ path, diff }) => ({
            text: `${path} differs:\n${diff.split('\n').slice(0, 12).join('\n')}`,
            remedies: [command('clawdbot', service?.kind ?? 'gateway', 'install')],
          })),
      ),
    why: 'Protections of newer versions are missing from it.',
    manual:
      'Installing again merges: what you changed by hand stays, what this program wrote is brought up to date. The difference is shown with --dry-run.',
  }),
  noteCheck({
    id: 'unit/socket',
    title: 'The socket unit does not hold the port',
    severity: 'advice',
    dependsOn: ['owner/waiting', 'owner/two-owners'],
    needs: ['gatewayService'],
    notes: ({ gatewayService }) =>
      (gatewayService?.notes ?? [])
        // Without a command nothing is lost: systemd keeps the service's own socket, or a standby waits.
        .filter(({ id, commands }) => id === 'unit/socket' && commands.length > 0)
        .map(({ text }) => ({ text, remedies: [command('clawdbot', 'gateway', 'restart')] })),
    why: 'A restart of the service refuses connections for a moment.',
    manual:
      'The socket unit keeps the port open across restarts. It cannot bind while a process started by hand has the port.',
  }),
  noteCheck({
    id: 'unit/orphans',
    title: 'A unit leaves its children running when it stops',
    severity: 'warning',
    needs: ['units'],
    notes: ({ units }) =>
      units.units.filter(leavesChildren).map((unit) => ({
        text: `${unit.path} (${unit.product}) has KillMode=process`,
        remedies: unitRemedies(brief(unit), { keys: ['KillMode'], instead: ['[Service]', 'KillMode=mixed'] }),
        ...(unit.isOurs || unit.loaded === undefined
          ? {}
          : { step: dropIn(unit, 'kill-mode', ['[Service]', 'KillMode=mixed']) }),
      })),
    fix: {
      risk: 'what the service has started ends with it from the next stop on',
      class: 'service',
    },
    why: 'Commands and helpers survive a stop and hold ports, locks and files.',
    manual:
      'With KillMode=process only the main process is ended. The next start finds the port or the lock held by a child of the previous one. KillMode=mixed ends them all after the main process has had its time.',
  }),
  noteCheck({
    id: 'unit/versioned-runtime',
    title: 'The interpreter of a unit goes with its version',
    severity: 'advice',
    when: 'upgrade',
    dependsOn: ['unit/runtime-gone'],
    needs: ['units'],
    notes: ({ units }) =>
      units.units
        .filter(({ command: [program = ''] }) => isVersioned(program))
        .map((unit) => ({
          text: `${unit.path} starts ${unit.command[0]}, which disappears when that version is removed`,
          remedies: [
            advice('Install a Node 24 for the whole system (/usr/bin/node or /usr/local/bin/node).'),
            unit.isOurs
              ? command('clawdbot', unit.kind, 'install')
              : systemctl(unit.scope, 'edit', '--full', unit.unit),
          ],
        })),
    why: 'After the next upgrade of Node the service does not start (exit status 203).',
    manual:
      'Version managers keep each version of Node in a directory of its own and remove it with the version. A service needs a path that stays; installing again takes a system-wide Node when there is one that is new enough.',
  }),
  defineCheck({
    id: 'unit/two-installs',
    title: 'The shell and the service run different copies',
    severity: 'warning',
    when: 'upgrade',
    needs: ['units', 'copies'],
    run: ({ units, copies }) => {
      const first = copies.copies[0];
      const service = units.units.find(
        ({ isOurs, kind, enabled }) => isOurs && kind === 'gateway' && enabled,
      );
      const script = service?.command.find((word) => /\.[cm]?js$/.test(word));
      if (first === undefined || script === undefined)
        return notApplicable('no service or no command on PATH');
      const known = copies.copies.find(({ target }) => target === script);
      if (first.target === script || (first.isThis && script.startsWith(`${copies.packageRoot}/`))) return ok;
      return problem({
        shell: first.target,
        shellVersion: first.version ?? null,
        service: script,
        serviceVersion: known?.version ?? null,
      });
    },
    text: ({ shell, shellVersion, service, serviceVersion }) =>
      `The shell runs ${shell} (${shellVersion ?? 'unknown version'}), the service ${service} (${serviceVersion ?? 'unknown version'}).`,
    remedy: () => [command('clawdbot', 'gateway', 'install')],
    why: 'An update reaches only one of them.',
    manual:
      'Two packages are installed, in the system and in the account, say. Installing from the copy you want makes the service use that one.',
  }),
];

function leavesChildren({ loaded, directives }: UnitView): boolean {
  return (loaded?.loadState === 'loaded' ? loaded.killMode : directives.killMode) === 'process';
}
