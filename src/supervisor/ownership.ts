import { existsSync } from 'node:fs';
import type { Server } from 'node:net';
import { basename } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { OpsError } from '../state/index.ts';
import type { PendingHandOver } from './ask-for-hand-over.ts';
import { type ControlRequest, type ControlVisitor, controlPath, serveControl } from './control-channel.ts';
import { type InheritedListener, inheritSockets } from './heritage/inherit-sockets.ts';
import { type KeptSockets, keepForHeir } from './heritage/keep-for-heir.ts';
import {
  type describeSelf,
  holderPath,
  keepUnreadableHolder,
  readHolder,
  removeOwnHolder,
  writeHolder,
} from './holder-record.ts';
import type { HolderRecord, HolderState } from './holder-types.ts';
import { type Lock, waitForLock } from './lock.ts';
import { monotonicMs, type ProcessIdentity } from './process-facts.ts';
import { wakeHeir } from './wake-heir.ts';

/** What the program behind an ownership can do when somebody asks over the control socket. */
export type OwnedProgram = {
  /** Why the service cannot be handed over, as a clause about the owner; undefined when it can. */
  whyNotHandOver?: () => string | undefined;
  /** Finish what runs and close every listener, at the latest at the deadline. The process stays. */
  suspend: (deadlineMonotonicMs: number) => Promise<void>;
  /** Listen again, after a hand-over that did not come to its end. Gives the bound addresses. */
  resume: (inherited: readonly InheritedListener[]) => Promise<readonly string[]>;
  /** End the process: another owner serves, or somebody asked to stop. */
  end: (reason: 'handed-over' | 'stop-requested') => void;
  /** End the process with an error: a hand-over failed, and it cannot serve again. */
  fail: (why: unknown) => void;
};

/** The owned service of this process: the lock, the record, and the control socket. */
export type Ownership = {
  stateDir: string;
  stateDirHash: string;
  /** Sockets of the last owner, open and with a queue: listen on them, or close them. None unless they were asked for. */
  inherited: readonly InheritedListener[];
  /** See {@link Lock.stillAtPath}. */
  stillAtPath: () => boolean;
  /**
   * Makes the record and the control socket anew if somebody removed them or damaged the record (field failures F-06,
   * F-08): the lock holds without them, but nobody could be told who owns the service, or ask it to hand over. Gives the
   * names of what was wrong.
   */
  restoreFiles: () => Promise<readonly string[]>;
  /** Publishes that requests are answered now. Completes a take-over: the old owner ends. */
  serving: (addresses: readonly string[]) => Promise<void>;
  /** Publishes that the service drains. */
  stopping: (deadlineMonotonicMs: number) => void;
  /** Says what to do on requests. Until then, requests are refused. */
  attach: (program: OwnedProgram) => void;
  /** Removes record and socket, then gives the lock back. */
  release: () => Promise<void>;
};

type State =
  | { name: 'owning'; lock: Lock; control: Server }
  /** On the way to `handed-over`; `giveAway` alone has the lock. */
  | { name: 'draining' }
  /** The lock is given away; `reclaim` waits for it in case the new owner fails. */
  | { name: 'handed-over'; cancelReclaim: AbortController }
  | { name: 'released' };

/**
 * 1 s: an heir serves within 200 ms of getting the lock. A slow one keeps the lock and loses nothing; one that is stopped
 * lets it pass, and then the old owner serves again, with the sockets that are still kept.
 */
const HEIR_SERVES_MS = 1000;
/** 500 ms: a stopped heir has passed the lock on before; when it still does not come, the heir has it and is stopped. */
const WAKE_EVERY_MS = 500;

const SERVES_AFTER_ALL = 'the new owner serves after all';

/** Opens the control socket. The caller holds the lock and has published `starting`. */
export async function startOwnership(options: {
  lock: Lock;
  self: ReturnType<typeof describeSelf>;
  handOver: PendingHandOver | undefined;
  inherited: readonly InheritedListener[];
}): Promise<Ownership> {
  const { self, handOver, inherited } = options;
  const { stateDir } = options.lock;
  let addresses: readonly string[] = [];
  let program: OwnedProgram | undefined;
  let published: HolderRecord | undefined;
  const publish = (state: HolderState): void => {
    published = writeHolder(stateDir, { ...self, addresses, state });
  };
  let state: State = { name: 'owning', lock: options.lock, control: await serveControl(options.lock, serve) };

  async function serve(visitor: ControlVisitor, request: ControlRequest | undefined): Promise<void> {
    if (request?.op !== 'stop' && request?.op !== 'hand-over') return visitor.close();
    if (state.name !== 'owning' || program === undefined) {
      const doing = program === undefined ? 'starting' : state.name;
      throw new OpsError('lock/held', `cannot ${request.op}: the owner is ${doing}`);
    }
    const objection = request.op === 'hand-over' ? program.whyNotHandOver?.() : undefined;
    if (objection !== undefined) throw new OpsError('lock/held', `it cannot hand over: ${objection}`);
    if (request.op === 'hand-over') return giveAway(program, request, visitor);
    visitor.send({ event: 'draining', deadlineMonotonicMs: monotonicMs() + request.drainMs });
    program.end('stop-requested');
  }

  async function giveAway(
    owned: OwnedProgram,
    request: Extract<ControlRequest, { op: 'hand-over' }>,
    heir: ControlVisitor,
  ): Promise<void> {
    if (state.name !== 'owning') return;
    const { lock, control } = state;
    const { to, drainMs, inherits } = request;
    const deadlineMonotonicMs = monotonicMs() + drainMs;
    state = { name: 'draining' };
    let kept: KeptSockets | undefined;
    try {
      publish({ name: 'stopping', deadlineMonotonicMs, handOverTo: to });
      kept = inherits === true ? await keepForHeir({ stateDir, addresses }) : undefined;
      heir.send({ event: 'draining', deadlineMonotonicMs });
      await owned.suspend(deadlineMonotonicMs);
    } catch (thrown) {
      kept?.end();
      state = { name: 'owning', lock, control };
      publish({ name: 'serving' });
      throw thrown;
    }
    if (isReleased()) {
      // The process ends: whoever waits in the kernel is next, and this one does not come back.
      kept?.end();
      control.close();
      lock.release();
      return heir.close();
    }
    const cancelReclaim = new AbortController();
    const { signal } = cancelReclaim;
    state = { name: 'handed-over', cancelReclaim };
    // Closing unlinks the socket file at once, while the directory's descriptor is still open and the lock still ours.
    control.close();
    lock.release();
    kept?.released();
    heir.send({ event: 'released' });
    const isDone = heir.next().then((answer) => answer?.op === 'done');
    if (!(await Promise.race([isDone, delay(HEIR_SERVES_MS, false)]))) {
      // It is gone, gave up, or is stopped: whenever the kernel gives the lock back, serve again; it may be late, too.
      isDone.then((late) => late && cancelReclaim.abort(SERVES_AFTER_ALL));
      try {
        const lockBack = await reclaim(to, signal);
        if (lockBack !== undefined) return await takeBack(owned, lockBack, { heir, to, kept, signal });
      } catch (thrown) {
        // The heir is not there any more to be told, and whoever started this process is to start it anew.
        return owned.fail(thrown);
      }
      if (signal.reason !== SERVES_AFTER_ALL) return kept?.end();
    }
    kept?.end();
    owned.end('handed-over');
  }

  function isReleased(): boolean {
    return state.name === 'released';
  }

  async function reclaim(heir: ProcessIdentity, signal: AbortSignal): Promise<Lock | undefined> {
    const waking = setInterval(() => wakeHeir(heir), WAKE_EVERY_MS);
    try {
      return await waitForLock({ stateDir, signal });
    } finally {
      clearInterval(waking);
    }
  }

  async function takeBack(
    owned: OwnedProgram,
    lock: Lock,
    {
      heir,
      to,
      kept,
      signal,
    }: { heir: ControlVisitor; to: ProcessIdentity; kept: KeptSockets | undefined; signal: AbortSignal },
  ): Promise<void> {
    heir.close();
    const ours = await inheritSockets({ stateDir, wanted: addresses, signal });
    kept?.end();
    state = { name: 'owning', lock, control: await serveControl(lock, serve) };
    try {
      addresses = await owned.resume(ours);
      publish({ name: 'serving' });
    } finally {
      // Not earlier: it would queue for the lock again.
      wakeHeir(to);
    }
  }

  return {
    stateDir,
    stateDirHash: self.stateDirHash,
    inherited,
    stillAtPath: () => (state.name === 'owning' ? state.lock.stillAtPath() : true),
    restoreFiles: async () => {
      if (state.name !== 'owning' || !state.lock.stillAtPath()) return [];
      const owning = state;
      const wrong: string[] = [];
      const record = await readHolder(stateDir);
      if (state !== owning) return []; // given away meanwhile: the files are another's
      if (record.kind !== 'present' && published !== undefined) {
        wrong.push(holderPath(stateDir));
        if (record.kind === 'unreadable') keepUnreadableHolder(stateDir);
        writeHolder(stateDir, published);
      }
      if (!existsSync(controlPath(stateDir))) {
        wrong.push(controlPath(stateDir));
        owning.control.close();
        const control = await serveControl(owning.lock, serve);
        if (state === owning) owning.control = control;
        else control.close();
      }
      return wrong.map((path) => basename(path));
    },
    serving: async (bound) => {
      addresses = bound;
      publish({ name: 'serving' });
      handOver?.confirm();
    },
    stopping: (deadlineMonotonicMs) => {
      if (state.name === 'owning') publish({ name: 'stopping', deadlineMonotonicMs });
    },
    attach: (owned) => {
      program = owned;
    },
    release: async () => {
      const last = state;
      state = { name: 'released' };
      if (last.name === 'handed-over') last.cancelReclaim.abort();
      if (last.name !== 'owning') return;
      last.control.close();
      await removeOwnHolder(stateDir);
      last.lock.release();
      handOver?.abandon();
    },
  };
}
