import {
  CLOSE,
  type EventFrame,
  EXEC_OUTPUT_EVENT,
  type GatewayConnection,
  INVOKE_CANCEL_EVENT,
  MAX_PAYLOAD_BYTES,
} from '../../protocol/index.ts';
import type { InvokePeer } from '../commands/invoke-peer.ts';
import type { Invoke, NodeCommands } from '../commands/node-commands.ts';
import type { InvokeReply } from '../commands/reply.ts';
import { unavailable } from '../commands/reply.ts';
import { ANSWER_WITHIN_MS, deliverResult } from './deliver-result.ts';
import type { Session } from './keep-link.ts';

/** A streaming run waits for these replies, so it gives up sooner. */
const CHUNK_ANSWER_WITHIN_MS = 5_000;
/** The frame around a `payloadJSON`: two ids of up to 200 characters each and the names of the fields. */
const ENVELOPE_BYTES = 1_024;
/** How long a stopping node waits for its last answers to be taken, and then for the close frame of the gateway. */
const CLOSE_WITHIN_MS = 1_000;

/** Answers what the gateway of one connection asks, until that connection is gone; then its runs are ended. */
export function serveInvokes(
  connection: GatewayConnection,
  commands: NodeCommands,
  log: { info(text: string): void; warn(text: string): void },
): Session {
  let open = true;
  const answering = new Set<Promise<unknown>>();
  const peer = peerOf(connection, () => open);
  const closed = connection.closed.then((close) => {
    open = false;
    void commands.endAll('disconnect').then((count) => {
      if (count > 0)
        log.warn(`${count} running ${count === 1 ? 'command was' : 'commands were'} ended, ${WHY_ENDED}`);
    });
    return close;
  });

  async function answer(invoke: Invoke & { nodeId: string }): Promise<void> {
    const reply = await commands.answer(invoke, peer);
    // On a lost connection the result stays in the ledger for a caller that comes back with the same key.
    await deliverResult(connection, resultParams(invoke, reply, peer.maxResultBytes), { isOpen: () => open });
  }

  function track(work: Promise<unknown>): void {
    answering.add(work);
    void work.finally(() => answering.delete(work));
  }

  return {
    closed,
    onEvent({ event, payload }: EventFrame) {
      if (event === INVOKE_CANCEL_EVENT) {
        const id = textOf(payload, 'invokeId') ?? textOf(payload, 'id');
        if (id !== undefined) commands.cancel(id);
      } else if (event === 'node.invoke.request') {
        const invoke = readInvoke(payload);
        if (invoke?.kind === 'invoke') track(answer(invoke));
        else if (invoke?.kind === 'unreadable')
          track(deliverResult(connection, invoke.refusal, { isOpen: () => open }));
      }
    },
    async stop() {
      await within(CLOSE_WITHIN_MS, Promise.all(answering));
      connection.close(CLOSE.normal, 'node host stopping');
      await within(CLOSE_WITHIN_MS, closed);
    },
  };
}

const WHY_ENDED = 'because the connection their caller could hear from was lost';

async function within(ms: number, work: Promise<unknown>): Promise<void> {
  const timer = Promise.withResolvers<void>();
  const handle = setTimeout(timer.resolve, ms);
  await Promise.race([work, timer.promise]);
  clearTimeout(handle);
}

function peerOf(connection: GatewayConnection, isOpen: () => boolean): InvokePeer {
  const maxPayload = connection.hello.policy?.maxPayload ?? MAX_PAYLOAD_BYTES;
  const streams = connection.hello.features?.events?.includes(EXEC_OUTPUT_EVENT) === true;
  const emit = (event: string, payload: unknown, timeoutMs: number) =>
    connection.request('node.event', { event, payloadJSON: JSON.stringify(payload) }, { timeoutMs });
  return {
    needsPlan: connection.hello.protocol === 4,
    keepsDecisions: connection.hello.features?.methods?.includes('exec.approvals.log') === true,
    maxResultBytes: Math.max(ENVELOPE_BYTES, Math.min(maxPayload, MAX_PAYLOAD_BYTES) - ENVELOPE_BYTES),
    sendEvent: (event, payload) => {
      if (isOpen()) emit(event, payload, ANSWER_WITHIN_MS).catch(() => undefined); // told, not asked: the reply changes nothing
    },
    sendOutput: streams
      ? (chunk) =>
          isOpen()
            ? emit(EXEC_OUTPUT_EVENT, chunk, CHUNK_ANSWER_WITHIN_MS)
            : Promise.reject(new Error('not connected'))
      : undefined,
  };
}

function resultParams(invoke: { id: string; nodeId: string }, reply: InvokeReply, maxBytes: number): unknown {
  const { id, nodeId } = invoke;
  if (!reply.ok) return { id, nodeId, ok: false, error: reply.error };
  const payloadJSON = JSON.stringify(reply.payload);
  if (Buffer.byteLength(JSON.stringify(payloadJSON)) <= maxBytes)
    return { id, nodeId, ok: true, payloadJSON };
  // A frame too large costs the whole connection (1009), so the answer is given up instead.
  return { id, nodeId, ...unavailable('the result does not fit into one message of the gateway') };
}

type ReadInvoke =
  | ({ kind: 'invoke'; nodeId: string } & Invoke)
  | { kind: 'unreadable'; refusal: unknown }
  | undefined;

/** Undefined when there is not even an id to answer to. */
function readInvoke(payload: unknown): ReadInvoke {
  const id = textOf(payload, 'id');
  const nodeId = textOf(payload, 'nodeId');
  if (id === undefined || nodeId === undefined) return undefined;
  const text = textOf(payload, 'paramsJSON');
  try {
    return {
      kind: 'invoke',
      id,
      nodeId,
      command: textOf(payload, 'command') ?? '',
      params: text === undefined ? fieldOf(payload, 'params') : JSON.parse(text),
      idempotencyKey: textOf(payload, 'idempotencyKey'),
    };
  } catch (thrown) {
    const error = { code: 'INVALID_REQUEST', message: String(thrown) };
    return { kind: 'unreadable', refusal: { id, nodeId, ok: false, error } };
  }
}

function fieldOf(payload: unknown, key: string): unknown {
  return typeof payload === 'object' && payload !== null ? Reflect.get(payload, key) : undefined;
}

function textOf(payload: unknown, key: string): string | undefined {
  const value = fieldOf(payload, key);
  return typeof value === 'string' && value !== '' ? value : undefined;
}
