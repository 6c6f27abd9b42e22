import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { StatePaths } from '../../state/index.ts';
import {
  askIdentity,
  environmentOf,
  type HolderRecord,
  identityHash,
  isHeldBy,
  type Listener,
  reachableAddress,
} from '../../supervisor/index.ts';
import { findServices } from '../../supervisor/systemd/index.ts';
import type { Context } from './context.ts';
import { lookAtLock, type OwnerFact } from './owner.ts';

/** A gateway that listens somewhere on this machine. */
export type SeenGateway = {
  pid: number;
  startTicks: number;
  bootId: string;
  /** What the process calls itself; display only. */
  program: string;
  uid: number;
  address: string;
  port: number;
  /**
   * `ours`: of this state directory. `other-state`: of another one. `real`: a published Clawdbot or Moltbot on this one, or
   * an OpenClaw of this home, which has a directory of its own but the same port.
   */
  whose: 'ours' | 'other-state' | 'real';
  version: string | undefined;
  startedBy: Listener['holders'][number]['starter'];
  /** False: it accepts connections and says nothing, because it is busy with its start, stopped or stuck. */
  answers: boolean;
  /** Run state letter of /proc/PID/stat: `T` means stopped. */
  runState: string;
  ageMs: number;
};

/** Every gateway that listens on this machine, on whatever port. */
export type GatewaysFact = readonly SeenGateway[];

/** 1 s, as for the configured port, which is asked at the same time. */
const ANSWER_MS = 1_000;

/** Finds every gateway by its listener: programs that call themselves one are asked who they are. */
export async function collectGateways(
  { paths }: Context,
  { reading }: OwnerFact,
  listeners: readonly Listener[],
): Promise<GatewaysFact> {
  const record = reading.kind === 'present' ? reading.record : undefined;
  const own = existsSync(paths.stateDir) ? identityHash(paths.stateDir) : '';
  const candidates = new Map<string, Listener>();
  for (const listener of listeners) {
    const pid = listener.holders.find(looksLikeGateway)?.pid;
    if (pid !== undefined) candidates.set(`${pid} ${listener.port}`, listener);
  }
  const gateways = await Promise.all(
    [...candidates.values()].map((listener) => ask(listener, { own, record, paths })),
  );
  return gateways.filter((seen) => seen !== undefined);
}

async function ask(
  listener: Listener,
  { own, record, paths }: { own: string; record: HolderRecord | undefined; paths: StatePaths },
): Promise<SeenGateway | undefined> {
  const holder = listener.holders.find(looksLikeGateway);
  if (holder === undefined) return undefined;
  const { pid, uid, startTicks, bootId, runState, ageMs, starter: startedBy } = holder;
  const { address, port } = listener;
  const answer = await askIdentity({ address: reachableAddress(address), port, timeoutMs: ANSWER_MS });
  const program = titleOf(holder);
  const process = { pid, startTicks, bootId, program, uid, runState, ageMs, startedBy };
  const shared = { ...process, address, port, answers: answer.kind !== 'silent' };
  if (answer.kind === 'identity' && [pid, holder.innerPid].includes(answer.identity.pid)) {
    const { stateDirHash, version } = answer.identity;
    return { ...shared, whose: stateDirHash === own ? 'ours' : 'other-state', version };
  }
  // Record, lock or unit say of a silent one that it is ours; it may be busy, stopped or stuck.
  if (answer.kind === 'silent' && (isHeldBy(listener, record) || isOursBySigns(holder, paths)))
    return { ...shared, whose: 'ours', version: record?.version };
  // A listener that is silent now is the same program as one that answers: it starts, or it is stuck.
  const isReal =
    (answer.kind === 'silent' || (answer.kind === 'other' && answer.status !== undefined)) &&
    worksFor(pid, paths, program.startsWith('openclaw') ? 'home' : 'state');
  return isReal ? { ...shared, whose: 'real', version: undefined } : undefined;
}

/** Before it has written its record: a start has the lock first, and one that got its sockets from systemd not even that. */
function isOursBySigns(
  { pid, starter }: Listener['holders'][number],
  { stateDir, home }: StatePaths,
): boolean {
  if (lookAtLock(pid, stateDir).hasLock === 'yes') return true;
  if (starter.kind !== 'unit') return false;
  return findServices(home).services.some(
    ({ unit, scope, product }) =>
      product === 'clawdbot-supervisor' && unit === starter.unit && scope === starter.scope,
  );
}

/** `clawdbot-gateway`, `openclaw-gateway`: the published programs set their title, which fills the command line. */
function titleOf({ pid, name }: { pid: number; name: string }): string {
  return /^(clawdbot|moltbot|openclaw)(-gateway)?/.exec(commandLine(pid))?.[0] ?? name;
}

/** Who might be a gateway and is worth a question. Never a proof (F-09). */
function looksLikeGateway({ pid, name }: { pid: number; name: string }): boolean {
  return /^(node|bun|clawdbot|moltbot|openclaw)/.test(name) && /gateway|clawdbot/.test(commandLine(pid));
}

/**
 * Whether a process has our state directory, or our home, by its environment. A real gateway says nothing about itself in HTTP, so its
 * own variables are what is left; those of another account cannot be read and it is left out.
 */
function worksFor(pid: number, { home, stateDir }: StatePaths, what: 'home' | 'state'): boolean {
  const variables = environmentOf(pid);
  if (what === 'home') return variables.get('HOME') === home;
  const named = ['CLAWDBOT_STATE_DIR', 'MOLTBOT_STATE_DIR', 'OPENCLAW_STATE_DIR']
    .map((name) => variables.get(name))
    .find((value) => value !== undefined && value !== '');
  const profile = variables.get('CLAWDBOT_PROFILE') ?? 'default';
  const suffix = profile === 'default' || profile === '' ? '' : `-${profile}`;
  return resolve(named ?? join(variables.get('HOME') ?? '/', `.clawdbot${suffix}`)) === stateDir;
}

function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
  } catch {
    return '';
  }
}
