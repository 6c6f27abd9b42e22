import { rmSync } from 'node:fs';
import { OpsError } from '../state/index.ts';
import { type ClaimOptions, claimLock } from './claim-service.ts';
import { describeSelf, holderPath, readHolder, writeHolder } from './holder-record.ts';
import type { Run } from './run.ts';
import { identityHash } from './state-directory.ts';

/** The right to run a program that knows nothing of our lock. */
export type ChildClaim = {
  /** Hand it to the child: the service stays owned while the child lives, even if the supervisor is killed. */
  lockFd: number;
  /** Publishes the child as the owner. */
  publish: (run: Run, state: 'starting' | 'serving', deadlineMonotonicMs: number) => void;
  release: () => Promise<void>;
};

/**
 * Owns a state directory on behalf of a child. Waits as a standby where the options say so.
 * @returns undefined when the wait was cancelled
 * @throws as `claimService`
 */
export async function claimForChild(options: ClaimOptions): Promise<ChildClaim | undefined> {
  const owned = await claimLock(options, { kind: 'supervisor', pid: process.pid });
  if (owned === undefined) return undefined;
  if (owned.handOver !== undefined) {
    owned.lock.release();
    owned.handOver.abandon();
    throw new OpsError(
      'lock/held',
      'cannot take over for a program that does not speak our control protocol',
    );
  }
  const { lock } = owned;
  const starter = { kind: 'supervisor' as const, pid: process.pid };
  let published: Pick<Run, 'pid' | 'startTicks'> | undefined;
  return {
    lockFd: lock.fd,
    publish: (run, state, deadlineMonotonicMs) => {
      published = run;
      const self = describeSelf({ ...options, starter, stateDirHash: identityHash(lock.stateDir) });
      writeHolder(lock.stateDir, {
        ...self,
        pid: run.pid,
        startTicks: run.startTicks,
        addresses: options.addresses.map((a) => `${a.includes(':') ? `[${a}]` : a}:${options.port}`),
        state: state === 'serving' ? { name: 'serving' } : { name: 'starting', deadlineMonotonicMs },
      });
    },
    release: async () => {
      const reading = await readHolder(lock.stateDir);
      const stillOurs =
        reading.kind === 'present' &&
        reading.record.pid === published?.pid &&
        reading.record.startTicks === published.startTicks;
      if (stillOurs) rmSync(holderPath(lock.stateDir), { force: true });
      lock.release();
    },
  };
}
