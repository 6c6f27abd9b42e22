import { randomUUID } from 'node:crypto';
import {
  type ErrorShape,
  INVOKE_CANCEL_EVENT,
  INVOKE_TIMEOUT_MS,
  type InvokeRequest,
  type RequestError,
  unavailable,
} from '../../protocol/index.ts';
import type { ReadyConnection } from '../session/connections.ts';

/** What a node answered. `payload` is the parsed `payloadJson` when there is one. */
export type InvokeResult = { payload: unknown; payloadJson: string | null };

export type InvokeCall = {
  nodeId: string;
  command: string;
  paramsJson: string | null;
  /** Default 30 000 ms. Passed on to the node only when given. */
  timeoutMs?: number | undefined;
  idempotencyKey?: string | undefined;
  /** Told the invoke's id before the node can answer. */
  onStarted?: (invokeId: string) => void;
};

type Pending = {
  node: ReadyConnection;
  command: string;
  timer: NodeJS.Timeout;
  resolve: (result: InvokeResult) => void;
  reject: (error: RequestError) => void;
};

/** Largest delay of `setTimeout`; larger ones would fire at once. */
const MAX_TIMEOUT_MS = 2_147_483_647;

/** Calls that nodes are working on. */
export class InvokeRouter {
  readonly #pending = new Map<string, Pending>();

  get size(): number {
    return this.#pending.size;
  }

  /**
   * Sends one command to a node and waits for its answer.
   * @throws {RequestError} the node's own error, a time-out or the loss of the connection, in the reference's shapes
   */
  call(node: ReadyConnection, call: InvokeCall): Promise<InvokeResult> {
    // A caller that asks faster than the node reads gets errors; the node is not cut off for it.
    if (node.isSlow) return Promise.reject(unavailable('node does not keep up', { code: 'NODE_BUSY' }));
    return new Promise((resolve, reject) => {
      const id = randomUUID();
      const waitMs = Math.min(call.timeoutMs ?? INVOKE_TIMEOUT_MS, MAX_TIMEOUT_MS);
      const timer = setTimeout(() => {
        // Nobody waits for it any more: what was started is ended (protocol-now §8).
        if (node.peer.protocol === 4) this.cancel(id, call.nodeId);
        this.#pending.delete(id);
        reject(nodeError({ code: 'TIMEOUT', message: 'node invoke timed out' }));
      }, waitMs);
      this.#pending.set(id, { node, command: call.command, timer, resolve, reject });
      call.onStarted?.(id);
      const request: InvokeRequest = {
        id,
        nodeId: call.nodeId,
        command: call.command,
        paramsJSON: call.paramsJson,
        // Nodes of protocol 3 are told a limit only when the caller gave one.
        ...(call.timeoutMs === undefined && node.peer.protocol === 3 ? {} : { timeoutMs: waitMs }),
        ...(call.idempotencyKey === undefined ? {} : { idempotencyKey: call.idempotencyKey }),
      };
      node.sendEvent('node.invoke.request', request);
    });
  }

  /** A node's answer. False when nobody waits for it (late, unknown, or another node's call). */
  settle(
    node: ReadyConnection,
    answer: {
      id: string;
      ok: boolean;
      payload?: unknown;
      payloadJSON?: unknown;
      error?: { code?: string | undefined; message?: string | undefined } | null | undefined;
    },
  ): boolean {
    const pending = this.#pending.get(answer.id);
    if (pending === undefined || pending.node !== node) return false;
    this.#take(answer.id, pending);
    if (answer.ok) pending.resolve(resultOf(answer));
    else
      pending.reject(
        nodeError({
          code: answer.error?.code ?? 'UNAVAILABLE',
          message: answer.error?.message ?? 'node invoke failed',
        }),
      );
    return true;
  }

  /** Asks the node to end a running call. The answer still comes the normal way. False when it is not running. */
  cancel(invokeId: string, nodeId: string): boolean {
    const pending = this.#pending.get(invokeId);
    pending?.node.sendEvent(INVOKE_CANCEL_EVENT, { invokeId, nodeId });
    return pending !== undefined;
  }

  /** Is this call being worked on by that very connection? */
  belongsTo(invokeId: string, node: ReadyConnection): boolean {
    return this.#pending.get(invokeId)?.node === node;
  }

  /** The node's connection is gone: its calls fail at once (F-63). */
  nodeLost(node: ReadyConnection): void {
    for (const [id, pending] of this.#pending) {
      if (pending.node !== node) continue;
      this.#take(id, pending);
      pending.reject(unavailable(`Error: node disconnected (${pending.command})`));
    }
  }

  #take(id: string, pending: Pending): void {
    this.#pending.delete(id);
    clearTimeout(pending.timer);
  }
}

/** The error the reference gives when the node itself refuses: the node's text, its error in `details`. */
function nodeError(error: ErrorShape): RequestError {
  return unavailable(error.message, { nodeError: { code: error.code, message: error.message } });
}

/** Real nodes send `payloadJSON` text; an object there, or `payload`, is taken as it is (gateway-protocol §16). */
function resultOf({ payload, payloadJSON }: { payload?: unknown; payloadJSON?: unknown }): InvokeResult {
  if (typeof payloadJSON !== 'string') return { payload: payloadJSON ?? payload, payloadJson: null };
  try {
    return { payload: JSON.parse(payloadJSON), payloadJson: payloadJSON };
  } catch {
    return { payload: { payloadJSON }, payloadJson: payloadJSON };
  }
}
