import { existsSync } from 'node:fs';
import { readTextIfPresent } from '../../state/index.ts';
import { type ClassifiedListener, classifyPort } from '../classify-port.ts';
import { readHolder } from '../holder-record.ts';
import type { HolderReading } from '../holder-types.ts';
import { hostAndPort } from '../host-and-port.ts';
import { identityHash } from '../state-directory.ts';
import { readExitHistory, type ServiceExit } from './exit-history.ts';
import { forecast } from './forecast.ts';
import type { ServiceManager } from './manager.ts';
import type { Note } from './note.ts';
import { findServices } from './other-services.ts';
import type { FileChange } from './plan-changes.ts';
import { planService, type ServiceRequest } from './plan-service.ts';
import { readLastWords } from './service-journal.ts';
import { exitRecordPath, renderServiceUnits } from './service-units.ts';
import { showUnit, type UnitFacts } from './show-unit.ts';
import { describeFailure } from './start-service.ts';
import { parseBlocks } from './unit-blocks.ts';
import { unitNames } from './unit-names.ts';
import { compareUnits, memoryDirectory } from './write-units.ts';
import { wslNotes } from './wsl-notes.ts';

/** Every view of one service, side by side. */
export type ServiceStatus = {
  schemaVersion: 1;
  kind: 'gateway' | 'node';
  scope: ServiceManager['scope'];
  manager: string;
  /** `running`: a node whose process is up; whether it is connected is in its status text. */
  verdict: 'serving' | 'running' | 'standby' | 'starting' | 'stopped' | 'failed' | 'stuck' | 'not-installed';
  /** One sentence. */
  summary: string;
  /** 0 serving, 3 stopped (as systemctl(1) has it), 1 bad. */
  exitStatus: 0 | 1 | 3;
  unit: UnitFacts;
  socket: UnitFacts | undefined;
  /**
   * Who has the port: systemd for the service (its socket unit, or its store of the sockets that the service opened
   * itself), the service alone, somebody else, nobody.
   */
  portHolder: 'socket-unit' | 'descriptor-store' | 'service' | 'other' | 'nobody' | 'not-applicable';
  /** What the units listen on, and what the config wants; the units win. */
  port: { config: number | undefined; socket: readonly string[] };
  owner: HolderReading | undefined;
  listeners: readonly ClassifiedListener[];
  files: readonly Pick<FileChange, 'path' | 'change' | 'kept' | 'diff'>[];
  history: readonly ServiceExit[];
  /** What a service that failed said last, oldest first; empty for others, and where there is no journal. */
  lastLines: readonly string[];
  /** The directives of each drop-in; they win over the unit's own. */
  dropIns: readonly { path: string; keys: readonly string[] }[];
  notes: readonly Note[];
};

/** Ten ends are enough to see a pattern. */
const HISTORY_LENGTH = 10;
/** A stack trace of Node with the error above it. */
const LAST_LINES = 12;

/**
 * Gathers config, unit, process, listener and answer of a service. Changes nothing. `known`: what the caller has looked at
 * already.
 * @throws `unit/*`, `state/unreadable`
 */
export async function serviceStatus(
  request: ServiceRequest,
  manager: ServiceManager,
  known: { listeners?: readonly ClassifiedListener[]; lastLines?: readonly string[] } = {},
): Promise<ServiceStatus> {
  const names = unitNames(request.kind, request.profile);
  const port = request.listen[0]?.port;
  const [unit, socket, planned, owner] = await Promise.all([
    showUnit(manager, names.service),
    names.socket === undefined ? undefined : showUnit(manager, names.socket),
    planService(request, manager),
    port === undefined ? undefined : readHolder(request.stateDir),
  ]);
  const files = compareUnits(renderServiceUnits(planned.plan), {
    unitDirectory: manager.unitDirectory,
    memory: memoryDirectory(manager.scope, request.stateDir),
  });
  // Before the first start there is no state directory, and so nobody who could serve it.
  const listeners =
    port === undefined || !existsSync(request.stateDir)
      ? []
      : (known.listeners ?? (await listenersOf(request, port, owner)));
  const verdict = judge(request.kind, unit, listeners);
  const drift = driftNotes(socket, request);
  const others = findServices(manager.account.home).services.filter(
    (other) =>
      other.kind === request.kind && !(other.scope === manager.scope && other.unit === names.service),
  );
  return {
    schemaVersion: 1,
    kind: request.kind,
    scope: manager.scope,
    manager: manager.name,
    ...verdict,
    unit,
    socket: socket?.loadState === 'not-found' ? undefined : socket,
    portHolder: port === undefined ? 'not-applicable' : holderOf(unit, socket, listeners),
    port: { config: port, socket: socket?.listen ?? [] },
    owner,
    listeners,
    files: files.map(({ path, change, kept, diff }) => ({ path, change, kept, diff })),
    history: readExitHistory(exitRecordPath(request.stateDir, names.service), HISTORY_LENGTH),
    lastLines:
      known.lastLines ??
      (verdict.verdict === 'failed' ? await readLastWords(manager, names.service, LAST_LINES) : []),
    dropIns: unit.dropIns.map((path) => ({ path, keys: keysOf(path) })),
    notes: [
      ...drift,
      ...forecast({
        manager,
        kind: request.kind,
        service: unit,
        socket,
        files,
        isStandby: verdict.verdict === 'standby',
        tokenFile: planned.plan.tokenFile,
      }),
      ...planned.notes,
      ...(await wslNotes(manager, owner?.kind === 'present' ? owner.record.since : undefined)),
      ...others.map(({ path, scope, product, enabled }) => ({
        id: product === 'clawdbot-supervisor' ? 'owner/two-scopes' : 'owner/legacy-name',
        text: `${path} also starts a ${request.kind} (${scope} unit of ${product}, ${enabled ? 'enabled' : 'not enabled'})`,
        commands: [],
      })),
    ],
  };
}

/** 3 s: as long as the rest of `gateway status` may take; waited in full only when the gateway does not answer. */
const ANSWER_MS = 3_000;

function keysOf(dropIn: string): string[] {
  const text = existsSync(dropIn) ? (readTextIfPresent(dropIn) ?? '') : '';
  return [...new Set(parseBlocks(text).flatMap(({ blocks }) => blocks.map(({ key }) => key)))];
}

async function listenersOf(
  { stateDir, listen }: ServiceRequest,
  port: number,
  owner: HolderReading | undefined,
): Promise<readonly ClassifiedListener[]> {
  const verdict = await classifyPort({
    addresses: listen.map(({ host }) => host),
    port,
    stateDirHash: identityHash(stateDir),
    record: owner?.kind === 'present' ? owner.record : undefined,
    answerTimeoutMs: ANSWER_MS,
  });
  return verdict.kind === 'taken' ? verdict.listeners : verdict.nearby;
}

type Judgement = Pick<ServiceStatus, 'verdict' | 'summary' | 'exitStatus'>;

/** The truth in one word: what answers counts for more than what systemd believes. */
function judge(
  kind: 'gateway' | 'node',
  unit: UnitFacts,
  listeners: readonly ClassifiedListener[],
): Judgement {
  const said = unit.statusText === '' ? '' : `: ${unit.statusText}`;
  if (unit.activeState === 'failed') {
    return { verdict: 'failed', summary: `${unit.name} is ${describeFailure(unit)}`, exitStatus: 1 };
  }
  if (kind === 'node' && unit.activeState === 'active') {
    return { verdict: 'running', summary: `${unit.name} (pid ${unit.mainPid})${said}`, exitStatus: 0 };
  }
  const answering = listeners.find(
    (listener) => listener.class === 'ours' && listener.answer.kind === 'identity',
  );
  const answers = answering?.answer.kind === 'identity' ? answering.answer.identity : undefined;
  if (unit.activeState === 'active') {
    if (answers?.pid === unit.mainPid)
      return { verdict: 'serving', summary: `${unit.name} (pid ${unit.mainPid})${said}`, exitStatus: 0 };
    if (answers !== undefined) {
      return {
        verdict: 'standby',
        summary: `pid ${answers.pid} serves; ${unit.name} (pid ${unit.mainPid}) stands by${said}`,
        exitStatus: 0,
      };
    }
    return {
      verdict: 'stuck',
      summary: `${unit.name} (pid ${unit.mainPid}) runs but has not answered for ${ANSWER_MS / 1000} s${said}`,
      exitStatus: 1,
    };
  }
  if (unit.activeState === 'activating')
    return {
      verdict: 'starting',
      summary: `${unit.name} is starting (${unit.subState})${said}`,
      exitStatus: 1,
    };
  if (answers !== undefined) {
    return {
      verdict: 'serving',
      summary: `pid ${answers.pid}, which was not started by ${unit.name}, serves`,
      exitStatus: 0,
    };
  }
  if (unit.loadState === 'not-found')
    return { verdict: 'not-installed', summary: `${unit.name} is not installed`, exitStatus: 3 };
  return { verdict: 'stopped', summary: `${unit.name} is stopped`, exitStatus: 3 };
}

function holderOf(
  unit: UnitFacts,
  socket: UnitFacts | undefined,
  listeners: readonly ClassifiedListener[],
): ServiceStatus['portHolder'] {
  if (socket?.activeState === 'active') return 'socket-unit';
  if (unit.storedDescriptors > 0) return 'descriptor-store';
  if (listeners.length === 0) return 'nobody';
  return listeners.some(({ holders }) => holders.some(({ pid }) => pid === unit.mainPid))
    ? 'service'
    : 'other';
}

function driftNotes(socket: UnitFacts | undefined, { listen }: ServiceRequest): Note[] {
  if (socket === undefined || socket.listen.length === 0) return [];
  const wanted = listen.map(({ host, port }) => hostAndPort(host, port));
  const same =
    wanted.length === socket.listen.length && wanted.every((address) => socket.listen.includes(address));
  if (same) return [];
  return [
    {
      id: 'port/drift',
      text: `the config wants ${wanted.join(', ')}, ${socket.name} has ${socket.listen.join(', ')}; the socket wins until the next install`,
      commands: [['clawdbot', 'gateway', 'install']],
    },
  ];
}
