import { join } from 'node:path';
import type { DoctorBrief } from '../protocol/index.ts';
import { readTextIfPresent } from '../state/index.ts';
import type { Death } from './death.ts';
import { readHolder } from './holder-record.ts';
import type { HolderRecord } from './holder-types.ts';
import { type HolderFate, judgeHolder } from './judge-holder.ts';
import { monotonicMs } from './process-facts.ts';
import { publishFile } from './publish-file.ts';
import type { Tally } from './restart-policy.ts';
import type { ServiceState } from './service-machine.ts';

/** What one supervised service looks like from outside. */
export type ServiceStatus = {
  name: string;
  command: readonly string[];
  state: ServiceState;
  /** When the next attempt comes, in ms from `takenAt`; undefined when none is planned. */
  nextAttemptInMs: number | undefined;
  /** Last deaths with causes, oldest first. */
  deaths: readonly Death[];
  givenUp: Tally['givenUp'];
};

/** Mark of a run that a dead supervisor may have left behind. */
export type RunMark = {
  service: string;
  pid: number;
  startTicks: number;
  runId: string;
  /** Directory of the cgroup of the run; without one its processes are known by session, mark and parent. */
  group: string | undefined;
};

export type StatusFile = {
  schema: 1;
  takenAt: { wallMs: number; monotonicMs: number };
  services: readonly ServiceStatus[];
  runs: readonly RunMark[];
  /** The worst that the doctor found, when it has looked and found something. */
  finding?: DoctorBrief | undefined;
};

/** The answer to `supervisor status`. */
export type SupervisorStatus =
  | {
      kind: 'running';
      supervisor: HolderRecord;
      ageMs: number;
      services: readonly ServiceStatus[];
      /** The worst that the doctor found when it last looked. */
      finding?: DoctorBrief | undefined;
    }
  /** No supervisor runs; `last` is what the last one left behind. */
  | { kind: 'absent'; last: readonly ServiceStatus[]; fate: HolderFate | undefined }
  | { kind: 'unknown'; reason: string };

/** Directory in the state dir that the supervisor owns (its lock, history, status). */
export function supervisorDirectory(stateDir: string): string {
  return join(stateDir, 'supervisor');
}

/** Publishes the state of all services, and what the doctor says. @throws `state/write` */
export function writeStatus(
  directory: string,
  status: Pick<StatusFile, 'services' | 'runs' | 'finding'>,
): void {
  const takenAt = { wallMs: Date.now(), monotonicMs: monotonicMs() };
  publishFile(join(directory, 'status.json'), `${JSON.stringify({ schema: 1, takenAt, ...status })}\n`);
}

/** Reads what the last supervisor published, undefined when there is nothing readable. */
export function readStatusFile(directory: string): StatusFile | undefined {
  try {
    const text = readTextIfPresent(join(directory, 'status.json'));
    const value: unknown = text === undefined ? undefined : JSON.parse(text);
    // Written by this program alone, into a private directory; the schema number guards against another version.
    return isStatus(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Status for people and programs. Reads files and /proc only; asks nobody, changes nothing. */
export async function readSupervisorStatus(stateDir: string): Promise<SupervisorStatus> {
  const directory = supervisorDirectory(stateDir);
  const file = readStatusFile(directory);
  const reading = await readHolder(directory);
  if (reading.kind === 'unreadable') return { kind: 'unknown', reason: reading.reason };
  const fate = reading.kind === 'present' ? judgeHolder(reading.record) : undefined;
  if (fate?.kind === 'unknown') return { kind: 'unknown', reason: fate.reason };
  if (reading.kind === 'absent' || fate?.kind === 'gone') {
    return { kind: 'absent', last: file?.services ?? [], fate };
  }
  const ageMs = monotonicMs() - (file?.takenAt.monotonicMs ?? reading.record.since.monotonicMs);
  const { services = [], finding } = file ?? {};
  return { kind: 'running', supervisor: reading.record, ageMs, services, finding };
}

function isStatus(value: unknown): value is StatusFile {
  return (
    typeof value === 'object' &&
    value !== null &&
    'schema' in value &&
    value.schema === 1 &&
    'services' in value &&
    Array.isArray(value.services) &&
    'runs' in value &&
    Array.isArray(value.runs)
  );
}
