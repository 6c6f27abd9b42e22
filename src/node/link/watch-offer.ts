import { type EventFrame, type GatewayConnection, RequestError } from '../../protocol/index.ts';

type Log = { info(text: string): void; warn(text: string): void };

/** How long the probe may take; its answer only makes a line in the log. */
const PROBE_WITHIN_MS = 10_000;

/**
 * A gateway of protocol 4 that is not ours asks its people twice: about the device, and about what it offers
 * (protocol-now §6). Between the two the node is connected and nothing it is asked for works, without a word to it. The
 * one answer that tells, with the id of the request, is the refusal of a publication we have no other use for.
 */
export function watchOffer(
  connection: GatewayConnection,
  { log, onChange }: { log: Log; onChange: (waiting: { requestId?: string } | undefined) => void },
): { onEvent(event: EventFrame): void } {
  const { hello } = connection;
  const isForeignFour =
    hello.protocol === 4 && hello.features?.methods?.includes('exec.approvals.explain') !== true;
  let isWaiting = false;
  if (isForeignFour)
    void probe(connection).then((waiting) => {
      if (waiting === undefined) return;
      isWaiting = true;
      log.warn(waitingText(waiting.requestId));
      onChange(waiting.requestId === undefined ? {} : { requestId: waiting.requestId });
    });
  return {
    onEvent({ event, payload }) {
      if (event !== 'node.pair.resolved' || typeof payload !== 'object' || payload === null) return;
      const decision: unknown = Reflect.get(payload, 'decision');
      if (decision === 'approved') log.info('the gateway approved what this node offers; commands work now');
      else if (isWaiting && decision === 'rejected')
        log.warn('the gateway rejected what this node offers; it is asked again at the next connection');
      isWaiting = false;
      if (decision === 'approved') onChange(undefined);
    },
  };
}

/** Undefined when nothing is open, or the gateway does not say. */
async function probe(connection: GatewayConnection): Promise<{ requestId: string | undefined } | undefined> {
  try {
    const params = { protocolFeatures: [], workerHost: { enabled: false } };
    await connection.request('node.runnerInventory.update', params, { timeoutMs: PROBE_WITHIN_MS });
    return undefined;
  } catch (thrown) {
    if (!(thrown instanceof RequestError) || !/awaiting operator approval/.test(thrown.message))
      return undefined;
    return { requestId: /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/.exec(thrown.message)?.[0] };
  }
}

function waitingText(requestId: string | undefined): string {
  const command = requestId === undefined ? 'openclaw nodes pending' : `openclaw nodes approve ${requestId}`;
  return (
    'second approval required: this node is paired and connected, but the gateway lets nobody use it before a person ' +
    `also approves the commands it offers. On the gateway machine: ${command}. Nothing has to be restarted here.`
  );
}
