import { rmSync } from 'node:fs';
import { errorText, OpsError } from '../state/index.ts';
import { type ClaimOptions, claimLock } from './claim-service.ts';
import {
  type ControlPeer,
  type ControlReply,
  type ControlRequest,
  listenForControl,
  prepareControl,
} from './control-channel.ts';
import { holderPath, readHolder, removeOwnHolder, writeHolder } from './holder-record.ts';
import type { HolderState } from './holder-types.ts';
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
  let heir: ControlPeer<ControlRequest, ControlReply> | undefined;

  function publish(run: Run, state: HolderState): void {
    published = run;
    writeHolder(lock.stateDir, {
      ...self,
      pid: run.pid,
      startTicks: run.startTicks,
      addresses: options.addresses.map((a) => `${a.includes(':') ? `[${a}]` : a}:${options.port}`),
      state,
    });
  }

  async function serve(peer: ControlPeer<ControlRequest, ControlReply>): Promise<void> {
    const request = await peer.next();
    if (request?.op !== 'hand-over') {
      const reason = `ask the supervisor (pid ${process.pid}): it would start the program again`;
      peer.send({ event: 'refused', reason });
      return peer.close();
    }
    const objection =
      published === undefined || heir !== undefined ? 'it is busy' : options.onHandOver(request.drainMs);
    if (objection !== undefined || published === undefined) {
      peer.send({ event: 'refused', reason: objection ?? 'it is starting' });
      return peer.close();
    }
    heir = peer;
    const deadlineMonotonicMs = monotonicMs() + request.drainMs;
    publish(published, { name: 'stopping', deadlineMonotonicMs, handOverTo: request.to });
    peer.send({ event: 'draining', deadlineMonotonicMs });
  }

  const control = await listenForControl(prepareControl(lock), (peer) => {
    serve(peer).catch((thrown: unknown) => {
      peer.send({ event: 'refused', reason: errorText(thrown) });
      peer.close();
    });
  });
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
