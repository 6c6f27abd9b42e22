import { existsSync } from 'node:fs';
import { isLingering, lingerMissing } from './linger.ts';
import type { ServiceManager } from './manager.ts';
import type { Note } from './note.ts';
import type { FileChange } from './plan-changes.ts';
import type { UnitFacts } from './show-unit.ts';
import { parseTimespanMs } from './timespan.ts';

/** What will go wrong, or change, at the next start, logout or boot; read from what is effective now. */
export function forecast(input: {
  manager: ServiceManager;
  kind: 'gateway' | 'node';
  service: UnitFacts;
  socket: UnitFacts | undefined;
  files: readonly FileChange[];
  isStandby: boolean;
  /** The file of `LoadCredential=`. */
  tokenFile: string | undefined;
}): Note[] {
  const { manager, service, socket, kind } = input;
  const install = ['clawdbot', kind, 'install', ...(manager.scope === 'system' ? ['--system'] : [])];
  if (service.loadState === 'not-found') return [];
  const notes: Note[] = [];
  if (!['enabled', 'enabled-runtime'].includes(service.enablement)) {
    notes.push({
      id: 'unit/disabled',
      text: `${service.name} is ${service.enablement || 'not enabled'}: it does not start at boot`,
      commands: [install],
    });
  }
  if (manager.scope === 'user' && !isLingering(manager.account.name))
    notes.push(lingerMissing(manager.account.name));
  for (const path of missingParts(service)) {
    const id = path.endsWith('.js') ? 'unit/package-gone' : 'unit/runtime-gone';
    notes.push({
      id,
      text: `${path} of the unit's command is gone: the next start fails (203 or status 1)`,
      commands: [install],
    });
  }
  if (input.tokenFile !== undefined && !existsSync(input.tokenFile)) {
    notes.push({
      id: 'unit/credential',
      text: `${input.tokenFile}, from which the unit takes the token, is gone or hidden from this account: the next start fails (243)`,
      commands: [
        [...install, '--token-file', 'PATH'],
        [...install, '--no-token-file'],
      ],
    });
  }
  if (service.needsReload || socket?.needsReload === true) {
    notes.push({
      id: 'unit/dropins',
      text: 'the unit files on disk are newer than what systemd has loaded',
      commands: [['systemctl', `--${manager.scope}`, 'daemon-reload']],
    });
  }
  for (const { path, change, diff } of input.files) {
    if (change === 'create' || change === 'update') {
      notes.push({
        id: 'unit/drift',
        text: `${path} differs from what this version writes${directives(diff)}`,
        commands: [[...install, '--dry-run'], install],
      });
    }
  }
  if (socket !== undefined && service.activeState === 'active' && socket.activeState !== 'active') {
    notes.push(socketNote(service, socket, input.isStandby));
  }
  if (!canLimitTrip(service)) {
    notes.push({
      id: 'storm/limiter',
      text: 'the start limit of the unit cannot trip: a failing service would be restarted for ever',
      commands: [install],
    });
  }
  return notes;
}

/** The keys of the lines that a diff removes or adds. */
function directives(diff: string): string {
  const keys = new Set(diff.split('\n').flatMap((line) => /^[-+]([A-Z][A-Za-z0-9]*)=/.exec(line)?.[1] ?? []));
  return keys.size === 0 ? '' : `: ${[...keys].join(', ')}`;
}

/** What it means that the socket unit is down while the service is up. */
function socketNote(service: UnitFacts, socket: UnitFacts, isStandby: boolean): Note {
  const id = 'unit/socket';
  const commands = [['clawdbot', 'gateway', 'restart']];
  if (socket.result === 'success' && !isStandby && service.storedDescriptors === 0) {
    // `systemctl stop` of it alone; `restart` too: "Socket service … already active, refusing".
    const text = `${socket.name} was stopped beside its service, and systemd does not start it there again: the service keeps the sockets that it was given; the next restart refuses connections for a moment and starts the socket unit, too`;
    return { id, text, commands };
  }
  const failed = `${socket.name} could not bind (${socket.result})`;
  if (isStandby) {
    const text = `${failed}: another process holds the port; the service takes over with a listener of its own when that one ends`;
    return { id, text, commands: [] };
  }
  if (service.storedDescriptors > 0) {
    const text = `${failed} while another process held the port. The service opened the port itself and systemd keeps it open across restarts, crashes and upgrades; it goes back to the socket unit with the next stop and start, or boot`;
    return { id, text, commands: [] };
  }
  const text = `${failed}: the service listens with sockets of its own, which systemd could not take into keeping (neither systemd 254 nor /usr/bin/python3, or FileDescriptorStoreMax= is 0); the next restart refuses connections for a moment and returns the port to the socket unit`;
  return { id, text, commands };
}

/** The program and the script of the effective command that are not there. */
function missingParts(service: UnitFacts): string[] {
  const missing = service.program !== '' && !existsSync(service.program) ? [service.program] : [];
  const words = service.command.slice(service.program.length).trim().split(' ');
  // `systemctl show` does not quote, so a path with blanks is found by growing it word by word.
  for (let count = 1; count <= words.length; count += 1) {
    const candidate = words.slice(0, count).join(' ');
    if (candidate.endsWith('.js')) return existsSync(candidate) ? missing : [...missing, candidate];
  }
  return missing;
}

/** A limit of N starts in T trips only if N restarts fit into T; a start that fails takes 5 s at most here (F-23). */
function canLimitTrip({ startLimit }: UnitFacts): boolean {
  const interval = parseTimespanMs(startLimit.intervalUsec);
  const pause = parseTimespanMs(startLimit.restartUsec);
  if (startLimit.burst === 0 || interval === 0) return false;
  return interval > startLimit.burst * (pause + 5_000);
}
