import { OpsError, type Remedy } from '../state/index.ts';
import type { ClassifiedListener, PortVerdict } from './classify-port.ts';
import type { StartDecision } from './decide-start.ts';
import type { HolderReading, HolderRecord } from './holder-types.ts';
import type { HolderFate } from './judge-holder.ts';
import { isStopped, lookUpProcess } from './process-facts.ts';
import { describeStarter, programName } from './starter.ts';

/**
 * The refusal of a second start as an error: who owns the service, since when, and commands that reach exactly that
 * owner. The message keeps the two lines people search for (`gateway already running (pid N)`,
 * `Port N is already in use`).
 */
export function explainRefusal(options: {
  decision: Extract<StartDecision, { action: 'refuse' }>;
  stateDir: string;
  port: PortVerdict;
  holder: HolderReading;
  fate: HolderFate | undefined;
  /** The owner was asked to hand over, and did not: asking again is no advice. */
  isAsked?: boolean;
  /** How this program is called, with its profile: `['clawdbot', '--profile', 'x']`. */
  cli: readonly string[];
  /** Uid of the caller: advice for another account's process is different. */
  uid: number;
  nowMs: number;
}): OpsError {
  const { decision, port, holder } = options;
  const record = holder.kind === 'present' && options.fate?.kind !== 'gone' ? holder.record : undefined;
  const lines = [`cannot start the gateway: ${decision.reason}`];
  if (port.kind === 'taken') {
    if (decision.code === 'lock/held') lines.push(`Port ${port.port} is already in use.`);
    lines.push(...port.listeners.map(describeListener));
  }
  if (decision.code === 'lock/held' && record !== undefined)
    lines.push(...describeOwner(record, options.nowMs));
  if (decision.code === 'lock/held' && record === undefined) {
    lines.push(`- the lock of ${options.stateDir} is held; ${unnamedWhy(holder)}`);
  }
  return new OpsError(decision.code, lines.join('\n'), {
    remedies:
      decision.code === 'lock/held'
        ? ownerRemedies(record, { ...options, areSocketsLent: areSocketsLent(port) })
        : portRemedies(port, { cli: options.cli, uid: options.uid }),
    evidence: { stateDir: options.stateDir, holder, fate: options.fate, port },
  });
}

/** `- pid 4242 uid 1000 name (127.0.0.1:18789), ours, started by …`: one line for one socket. */
export function describeListener(listener: ClassifiedListener): string {
  const address = listener.family === 'ipv6' ? `[${listener.address}]` : listener.address;
  const where = `${address}:${listener.port}`;
  const who = listener.holders.map(
    (holder) =>
      `pid ${holder.pid}${holder.innerPid === holder.pid ? '' : ` (${holder.innerPid} in its container)`} uid ${holder.uid} ${holder.name}${holder.program === undefined ? '' : ` (${holder.program})`}` +
      `, started by ${describeStarter(holder.starter)} ${formatAge(holder.ageMs)} ago`,
  );
  const holders =
    who.length === 0 ? `uid ${listener.uid}, ${listener.hidden ?? 'process ended'}` : who.join('; ');
  return `- ${where} ${listener.class}: ${holders}; ${listener.why}`;
}

/** One line about an owner whose record is still there though its lock is free (field failures F-01 to F-04). */
export function describeLastOwner({ pid, starter, state }: HolderRecord, fate: HolderFate): string {
  const who = `the last owner (pid ${pid}, started by ${describeStarter(starter)})`;
  switch (fate.kind) {
    case 'gone': {
      if (fate.because === 'other-boot') return `${who} ended with an earlier boot; its lock is free`;
      if (fate.because === 'dead')
        return `${who} ended without a goodbye while ${state.name}; its lock is free`;
      const now = lookUpProcess(pid);
      const name = now.kind === 'alive' ? ` (now ${programName(now.facts)}, which is left alone)` : '';
      return `${who} ended without a goodbye, and its pid was given to another process${name}; its lock is free`;
    }
    case 'alive':
      return `${who} has let go of the lock`;
    case 'unknown':
      return `${who} holds the lock no more; whether it lives is unknown: ${fate.reason}`;
  }
}

/** Rough age for people: `5 s`, `12 min`, `3 h`, `9 d`. */
export function formatAge(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86_400)} d`;
}

function describeOwner(record: HolderRecord, nowMs: number): string[] {
  const since = new Date(record.since.wallMs).toISOString();
  return [
    `- pid ${record.pid} uid ${record.uid} ${record.service} ${record.version} (${record.addresses.join(', ') || 'not listening yet'})`,
    `- ${record.state.name} since ${since} (${formatAge(nowMs - record.since.wallMs)}), started by ${describeStarter(record.starter)}`,
    ...(isStopped(record.pid) ? ['- it is stopped by a signal (state T), so nobody is served'] : []),
  ];
}

function unnamedWhy(holder: HolderReading): string {
  if (holder.kind === 'unreadable') return `its owner cannot be named: ${holder.reason}`;
  return holder.kind === 'absent'
    ? 'its owner wrote no record (it is starting, or the record was removed)'
    : 'the record names a process that has ended';
}

type Caller = { cli: readonly string[]; uid: number; isAsked?: boolean; areSocketsLent?: boolean };

/** systemd has the sockets, too (socket activation): they cannot be handed over, and stay when only the service stops. */
function areSocketsLent(port: PortVerdict): boolean {
  return (
    port.kind === 'taken' &&
    port.listeners.some(({ holders }) => holders.some(({ name }) => name === 'systemd'))
  );
}

function ownerRemedies(record: HolderRecord | undefined, caller: Caller): Remedy[] {
  const look: Remedy = { kind: 'run', command: [...caller.cli, 'gateway', 'status'] };
  if (record === undefined) return [look];
  if (record.uid !== caller.uid && caller.uid !== 0) {
    return [
      look,
      { kind: 'read', text: `It belongs to uid ${record.uid}: stop it from that account, or as root.` },
    ];
  }
  if (isStopped(record.pid)) {
    return [
      look,
      { kind: 'run', command: ['kill', '-CONT', String(record.pid)] },
      stopRemedy(record, caller),
    ];
  }
  const isOwn = record.uid === caller.uid;
  // Where sockets belong to the service manager too, `gateway stop` stops both.
  if (caller.isAsked === true || (caller.areSocketsLent === true && isOwn)) {
    const commands = [
      ['gateway', 'stop'],
      ['gateway', 'run'],
    ];
    return [
      look,
      ...commands.map((command): Remedy => ({ kind: 'run', command: [...caller.cli, ...command] })),
    ];
  }
  if (caller.areSocketsLent === true) return [look, stopRemedy(record, caller)];
  return [look, stopRemedy(record, caller), { kind: 'run', command: [...caller.cli, 'gateway', 'takeover'] }];
}

/** A supervised owner is stopped through its supervisor: a signal would only make it come back. */
function stopRemedy({ starter, uid }: HolderRecord, caller: Caller): Remedy {
  if (starter.kind === 'unit') {
    if (starter.scope === 'system') return { kind: 'run', command: ['systemctl', 'stop', starter.unit] };
    return uid === caller.uid
      ? { kind: 'run', command: ['systemctl', '--user', 'stop', starter.unit] }
      : {
          kind: 'read',
          text: `Stop ${starter.unit} from uid ${uid}'s account: systemctl --user stop ${starter.unit}`,
        };
  }
  if (starter.kind === 'container') {
    return { kind: 'read', text: `Stop container ${starter.id.slice(0, 12)} with the engine that runs it.` };
  }
  const verb = starter.kind === 'supervisor' ? ['supervisor', 'stop'] : ['gateway', 'stop'];
  return { kind: 'run', command: [...caller.cli, ...verb] };
}

function portRemedies(port: PortVerdict, caller: Caller): Remedy[] {
  const isNamed = port.kind !== 'taken' || port.listeners.every(({ holders }) => holders.length > 0);
  const asRoot = isNamed || caller.uid === 0 ? [] : ['sudo'];
  const look: Remedy = {
    kind: 'run',
    command: [...asRoot, ...caller.cli, 'listeners', '--port', String(port.port)],
  };
  const move: Remedy = { kind: 'run', command: [...caller.cli, 'config', 'set', 'gateway.port', 'PORT'] };
  if (!isNamed) return [look, move];
  return [look, move, { kind: 'read', text: 'Or end the program named above in the way it was started.' }];
}
