import type { Server } from 'node:net';
import type { DoctorBrief } from '../protocol/index.ts';
import { ensurePrivateDirectory, errorText, OpsError } from '../state/index.ts';
import { acquireLock } from './acquire-lock.ts';
import { type ControlRequest, type ControlVisitor, serveControl } from './control-channel.ts';
import { endLeftovers } from './end-leftovers.ts';
import { describeSelf, removeOwnHolder, writeHolder } from './holder-record.ts';
import { judgeHolder } from './judge-holder.ts';
import type { Lock } from './lock.ts';
import { monotonicMs } from './process-facts.ts';
import { sweepRunGroups } from './run-group.ts';
import type { ServiceState } from './service-machine.ts';
import { runService, type ServiceRunner } from './service-runner.ts';
import type { ServiceSpec } from './service-spec.ts';
import { describeStarter, findStarter } from './starter.ts';
import { identityHash } from './state-directory.ts';
import { readStatusFile, type ServiceStatus, supervisorDirectory, writeStatus } from './status-file.ts';
import { readTally, writeTally } from './tally-store.ts';

export type Supervisor = {
  status: () => readonly ServiceStatus[];
  /** Publishes the worst that a doctor found; undefined when nothing is wrong any more. */
  note: (finding: DoctorBrief | undefined) => void;
  /** Forgets deaths and a verdict of given-up. @throws `usage` for an unknown name */
  clear: (service: string) => void;
  /** Ends all services by their ladders, then gives the lock back. */
  stop: () => Promise<readonly ServiceState[]>;
  /** Settles after `stop`, or after somebody asked for it over the control socket. */
  closed: Promise<void>;
};

/**
 * Starts services as child processes and keeps them running. One supervisor per state directory.
 * Processes that a killed supervisor left behind are ended first, as far as they can be proven to be its own.
 * @throws `lock/held` naming the other supervisor, `lock/unavailable`, `state/write`
 */
export async function supervise(options: {
  stateDir: string;
  services: readonly ServiceSpec[];
  cli: readonly string[];
  version: string;
  onChange?: (status: readonly ServiceStatus[]) => void;
  onLine?: (service: string, line: string) => void;
}): Promise<Supervisor> {
  const directory = supervisorDirectory(options.stateDir);
  ensurePrivateDirectory(options.stateDir);
  const lock = await lockSupervisor(directory);
  const onLine = options.onLine ?? (() => undefined);
  await endLeftovers(readStatusFile(directory)?.runs ?? []);
  sweepRunGroups();
  const runners = options.services.map((spec) => {
    const { tally, problem } = readTally(directory, spec.name);
    if (problem !== undefined) onLine(spec.name, problem);
    return runService({ spec, tally, cli: options.cli, version: options.version, onChange: changed, onLine });
  });
  const control = await serveControl(lock, serve);
  announce(lock, options.version);
  let stopping: Promise<readonly ServiceState[]> | undefined;
  const closed = Promise.withResolvers<void>();

  let finding: DoctorBrief | undefined;
  const troubles = new Set<string>();

  function changed(runner: ServiceRunner): void {
    const { name } = runner.spec;
    keep(name, () => writeTally(directory, name, runner.tally()));
    options.onChange?.(publish(name));
  }

  function publish(of: string): readonly ServiceStatus[] {
    const services = runners.map(describe);
    const runs = runners.flatMap((runner) => runner.mark() ?? []);
    keep(of, () => writeStatus(directory, { services, runs, finding }));
    return services;
  }

  /** Files inform: a full disk must not end the services. The same trouble is told once. */
  function keep(service: string, write: () => void): void {
    try {
      write();
    } catch (thrown) {
      const trouble = errorText(thrown);
      if (!troubles.has(trouble)) onLine(service, trouble);
      troubles.add(trouble);
    }
  }

  const supervisor: Supervisor = {
    status: () => runners.map(describe),
    note: (news) => {
      finding = news;
      publish('doctor');
    },
    clear: (service) => {
      const runner = runners.find(({ spec }) => spec.name === service);
      if (runner === undefined) {
        const names = runners.map(({ spec }) => spec.name).join(', ');
        throw new OpsError('usage', `cannot clear ${service}: no such service (known: ${names})`);
      }
      runner.clear();
    },
    stop: () => {
      stopping ??= stopAll(runners, lock, control).finally(closed.resolve);
      return stopping;
    },
    closed: closed.promise,
  };

  function serve(visitor: ControlVisitor, request: ControlRequest | undefined): void {
    if (request?.op === 'clear') supervisor.clear(request.service);
    if (request?.op === 'hand-over') throw new OpsError('lock/held', 'cannot hand a supervisor over');
    visitor.send({ event: 'draining', deadlineMonotonicMs: monotonicMs() });
    if (request?.op === 'stop') void supervisor.stop();
    visitor.close();
  }

  for (const runner of runners) runner.start();
  return supervisor;
}

async function lockSupervisor(directory: string): Promise<Lock> {
  const attempt = await acquireLock({ stateDir: directory });
  if (attempt.kind === 'acquired') return attempt.lock;
  const { holder } = attempt;
  const known =
    holder.kind === 'present' && judgeHolder(holder.record).kind !== 'gone' ? holder.record : undefined;
  const who =
    known === undefined ? 'owner unknown' : `pid ${known.pid}, started by ${describeStarter(known.starter)}`;
  throw new OpsError('lock/held', `cannot supervise ${directory}: another supervisor does (${who})`, {
    evidence: { directory, holder },
    remedies: [{ kind: 'run', command: ['clawdbot', 'supervisor', 'status'] }],
  });
}

function announce(lock: Lock, version: string): void {
  const stateDirHash = identityHash(lock.stateDir);
  const starter = findStarter(process.pid);
  const self = describeSelf({ service: 'clawdbot-supervisor', version, starter, stateDirHash });
  writeHolder(lock.stateDir, { ...self, addresses: [], state: { name: 'serving' } });
}

async function stopAll(
  runners: readonly ServiceRunner[],
  lock: Lock,
  control: Server,
): Promise<readonly ServiceState[]> {
  // The other way round: what was started last may need what was started first.
  const states: ServiceState[] = [];
  for (const runner of runners.toReversed()) states.unshift(await runner.stop());
  control.close();
  await removeOwnHolder(lock.stateDir);
  lock.release();
  return states;
}

function describe(runner: ServiceRunner): ServiceStatus {
  const state = runner.state();
  const tally = runner.tally();
  return {
    name: runner.spec.name,
    command: runner.spec.command,
    state,
    nextAttemptInMs: state.name === 'backoff' ? Math.max(0, state.untilMs - monotonicMs()) : undefined,
    deaths: tally.recent,
    givenUp: tally.givenUp,
  };
}
