import { rmSync } from 'node:fs';
import { OpsError } from '../state/index.ts';
import { type ClaimOptions, claimLock } from './claim-service.ts';
import { type ControlRequest, type ControlVisitor, serveControl } from './control-channel.ts';
import { holderPath, readHolder, removeOwnHolder, writeHolder } from './holder-record.ts';
import type { HolderState } from './holder-types.ts';
import { hostAndPort } from './host-and-port.ts';
import { monotonicMs } from './process-facts.ts';
import type { Run } from './run.ts';

/** The right to run a program that knows nothing of our lock. */
export type ChildClaim = {
  /** Hand it to the child: the service stays owned while the child lives, even if the supervisor is killed. */
  lockFd: number;
  /** Publishes the child as the owner. */
  publish: (run: Run, state: HolderState) => void;
  /** Call it when the child and all its processes are gone. Gives the service to whoever it is being handed to. */
  release: () => Promise<void>;
};

/**
 * Owns a state directory on behalf of a child, and speaks for it on the control socket: a hand-over is the supervisor's
 * stop ladder, since the program itself cannot be asked. Waits as a standby where the options say so.
 * @param options.onHandOver begins to end the child within `drainMs`; gives an objection instead when it will not
 * @returns undefined when the wait was cancelled
 * @throws as `claimService`
 */
export async function claimForChild(
  options: ClaimOptions & { onHandOver: (drainMs: number) => string | undefined },
): Promise<ChildClaim | undefined> {
  const owned = await claimLock(options, { kind: 'supervisor', pid: process.pid });
  if (owned === undefined) return undefined;
  if (owned.handOver !== undefined) {
    await removeOwnHolder(owned.lock.stateDir);
    owned.lock.release();
    owned.handOver.abandon();
    throw new OpsError(
      'lock/held',
      'cannot take over for a program that does not speak our control protocol',
    );
  }
  const { lock, self } = owned;
  let published: Run | undefined;
  let heir: ControlVisitor | undefined;

  function publish(run: Run, state: HolderState): void {
    published = run;
    writeHolder(lock.stateDir, {
      ...self,
      pid: run.pid,
      startTicks: run.startTicks,
      addresses: options.addresses.map((address) => hostAndPort(address, options.port)),
      state,
    });
  }

  function serve(visitor: ControlVisitor, request: ControlRequest | undefined): void {
    if (request?.op !== 'hand-over') {
      const why = `ask the supervisor (pid ${process.pid}): it would start the program again`;
      throw new OpsError('lock/held', why);
    }
    const objection =
      published === undefined || heir !== undefined ? 'it is busy' : options.onHandOver(request.drainMs);
    if (objection !== undefined || published === undefined)
      throw new OpsError('lock/held', objection ?? 'it is starting');
    heir = visitor;
    const deadlineMonotonicMs = monotonicMs() + request.drainMs;
    publish(published, { name: 'stopping', deadlineMonotonicMs, handOverTo: request.to });
    visitor.send({ event: 'draining', deadlineMonotonicMs });
  }

  const control = await serveControl(lock, serve);
  return {
    lockFd: lock.fd,
    publish,
    release: async () => {
      // The record of a hand-over stays: it tells a start of this very moment to look whom the service is given to.
      if (heir === undefined) await removeRecord(lock.stateDir, published);
      // Closing unlinks the socket file at once, while the directory's descriptor is still open and the lock still ours.
      control.close();
      lock.release();
      // If it fails, the kernel drops its claim and its lock, and the next launch gets the service back.
      heir?.send({ event: 'released' });
    },
  };
}

/** The child's record, or our own from before there was a child. */
async function removeRecord(stateDir: string, run: Run | undefined): Promise<void> {
  const reading = await readHolder(stateDir);
  if (reading.kind !== 'present') return;
  const { pid, startTicks } = reading.record;
  const isOfChild = pid === run?.pid && startTicks === run.startTicks;
  if (isOfChild) rmSync(holderPath(stateDir), { force: true });
  else await removeOwnHolder(stateDir);
}
