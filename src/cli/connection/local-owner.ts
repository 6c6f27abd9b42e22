import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Remedy, StatePaths } from '../../state/index.ts';
import {
  describeStarter,
  type HolderRecord,
  inspectListeners,
  judgeHolder,
  type Listener,
  readHolder,
} from '../../supervisor/index.ts';
import { unitDirectoryOf, unitNames } from '../../supervisor/systemd/index.ts';
import { durationText } from '../output/time-text.ts';

/** A sentence about this machine's gateway and what to do. */
export type OwnerFinding = { why: string; remedies: readonly Remedy[] };

/** Nothing answered on the port: is there a gateway process at all, and what does it say about itself? */
export async function describeAbsentGateway(paths: StatePaths, port: number): Promise<OwnerFinding> {
  const nothing = `nothing listens on port ${port} (connection refused)`;
  const holder = await livingHolder(paths.stateDir);
  if (holder === undefined) {
    return {
      why: `${nothing} and no gateway runs for ${paths.stateDir}`,
      // A second one by hand, beside a unit that is down, is how storms begin.
      remedies: [{ kind: 'run', command: ['clawdbot', 'gateway', isInstalled(paths) ? 'start' : 'run'] }],
    };
  }
  const who = `the gateway of ${paths.stateDir} is pid ${holder.pid}, started by ${describeStarter(holder.starter)}`;
  if (holder.state.name === 'starting')
    return { why: `${nothing} yet: ${who}, and still starting`, remedies: [] };
  if (holder.state.name === 'stopping')
    return { why: `${nothing} any more: ${who}, and stopping`, remedies: [] };
  const elsewhere = holder.addresses.join(', ');
  return {
    why: `${nothing}, but ${who}${elsewhere === '' ? '' : `, and listens on ${elsewhere}`}`,
    remedies: [
      {
        kind: 'read',
        text: 'compare gateway.port in the config with CLAWDBOT_GATEWAY_PORT and --port of that process',
      },
    ],
  };
}

function isInstalled({ home, profile }: StatePaths): boolean {
  return existsSync(join(unitDirectoryOf('user', home), unitNames('gateway', profile).service));
}

/** Something accepted the connection and stayed silent. */
export async function describeSilentGateway(paths: StatePaths, port: number): Promise<OwnerFinding> {
  const listeners = inspectListeners({ port });
  const holder = await livingHolder(paths.stateDir);
  const stopped = listeners.flatMap(({ holders }) => holders).find(({ runState }) => runState === 'T');
  if (stopped !== undefined) {
    return {
      why: `pid ${stopped.pid} (${stopped.name}) holds the port but is stopped (state T)`,
      remedies: [{ kind: 'run', command: ['kill', '-CONT', String(stopped.pid)] }],
    };
  }
  return {
    why: `port ${port} is held by ${describeListeners(listeners)}${holder === undefined ? '' : `; the gateway of ${paths.stateDir} is pid ${holder.pid}`}`,
    remedies: [{ kind: 'run', command: ['clawdbot', 'listeners'] }],
  };
}

/** Every process on a port in one phrase, or why it cannot be said. */
export function describeListeners(listeners: readonly Listener[]): string {
  if (listeners.length === 0) return 'nobody on this machine';
  const texts = listeners.map(({ address, holders, hidden, uid }) => {
    const people = holders.map(
      (holder) =>
        `pid ${holder.pid} ${holder.name} (uid ${holder.uid}, started by ${describeStarter(holder.starter)} ${durationText(holder.ageMs)} ago)`,
    );
    return `${people.length > 0 ? people.join(' and ') : `a process of uid ${uid} (${hidden ?? 'unknown'})`} on ${address}`;
  });
  return [...new Set(texts)].join(', ');
}

async function livingHolder(stateDir: string): Promise<HolderRecord | undefined> {
  const reading = await readHolder(stateDir);
  return reading.kind === 'present' && judgeHolder(reading.record).kind === 'alive'
    ? reading.record
    : undefined;
}
