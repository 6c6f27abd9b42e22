import { type Bindings, makeBindings } from './bindings.ts';
import { compare, type Difference } from './compare.ts';
import { at, isObject, type JsonObject, textAt } from './json.ts';
import { identityFault, type RecordedClient, startRecordedServer } from './recorded-server.ts';
import type { Line, Transcript } from './transcript.ts';

/** A recorded gateway that a live command line talks to. */
export type CliExamination = {
  port: number;
  /** What the command line sent otherwise than the published one, so far. */
  differences: readonly Difference[];
  /** Methods it called that the recording does not have. */
  unrecorded: readonly string[];
};

/** One recorded request with everything the gateway did because of it on that connection. */
type Exchange = {
  params: unknown;
  events: unknown[];
  response: JsonObject;
  close?: { code: number; reason: string };
};

/**
 * Answers like the gateway of a recording. Answers are found by method, in recorded order, the last one again and again:
 * how many connections a command line opens, and what it asks on which, is its own affair.
 */
export async function examineCli(
  stack: AsyncDisposableStack,
  transcript: Transcript,
): Promise<CliExamination> {
  const exchanges = recordedExchanges(transcript);
  const differences: Difference[] = [];
  const unrecorded: string[] = [];
  const bindings = makeBindings();
  const port = await startRecordedServer(stack, async (client) => {
    for (;;) {
      const frame = await client.next('a request', 120_000).catch(() => undefined); // the client has hung up
      if (frame === undefined) return;
      const method = textAt(frame, 'method') ?? '';
      const recorded = exchanges.get(method);
      if (recorded === undefined) {
        unrecorded.push(method);
        client.send(unknownMethod(frame.id, method));
        continue;
      }
      const exchange = recorded.length > 1 ? recorded.shift() : recorded[0];
      if (exchange === undefined) continue;
      differences.push(...judge(method, exchange, frame, client.nonce, bindings));
      answer(client, exchange, frame.id);
    }
  });
  return { port, differences, unrecorded };
}

function answer(client: RecordedClient, exchange: Exchange, id: unknown): void {
  for (const event of exchange.events) client.send(event);
  client.send({ ...exchange.response, id });
  if (exchange.close !== undefined) client.close(exchange.close.code, exchange.close.reason);
}

function judge(
  method: string,
  exchange: Exchange,
  frame: JsonObject,
  nonce: string,
  bindings: Bindings,
): Difference[] {
  const differences = compare(`${method} params:`, exchange.params ?? {}, frame.params ?? {}, bindings);
  if (method !== 'connect' || !isObject(frame.params)) return differences;
  const fault = identityFault(frame.params, nonce);
  if (fault === undefined) return differences;
  return [
    ...differences,
    { path: 'connect params:device', kind: 'differs', sample: 'a valid identity', live: fault },
  ];
}

/** Requests of the recorded command line (connections called `cli…`) by method. */
function recordedExchanges({ lines }: Transcript): Map<string, Exchange[]> {
  const byMethod = new Map<string, Exchange[]>();
  for (const line of lines) {
    if (!line.conn.startsWith('cli') || line.kind !== 'frame' || line.from !== 'client') continue;
    const method = textAt(line.frame, 'method');
    const exchange = method === undefined ? undefined : exchangeOf(line, lines);
    if (method === undefined || exchange === undefined) continue;
    byMethod.set(method, [...(byMethod.get(method) ?? []), exchange]);
  }
  return byMethod;
}

/** Undefined for a request the recorded client did not wait for. */
function exchangeOf(request: Line & { kind: 'frame' }, lines: readonly Line[]): Exchange | undefined {
  const id = at(request.frame, 'id');
  const events: unknown[] = [];
  for (const line of lines) {
    if (line.line <= request.line || line.conn !== request.conn || line.kind === 'open') continue;
    if (line.from !== 'gateway' || line.kind !== 'frame') continue;
    if (at(line.frame, 'type') === 'event') events.push(line.frame);
    else if (at(line.frame, 'id') === id && isObject(line.frame)) {
      const next = lines.find((other) => other.line > line.line && other.conn === line.conn && isTurn(other));
      const close =
        next?.kind === 'close' && next.from === 'gateway'
          ? { code: next.code, reason: next.reason }
          : undefined;
      return {
        params: at(request.frame, 'params'),
        events,
        response: line.frame,
        ...(close ? { close } : {}),
      };
    }
  }
  return undefined;
}

/** A close, or something the client said. */
function isTurn(line: Line): boolean {
  return line.kind === 'close' || (line.kind !== 'open' && line.from === 'client');
}

function unknownMethod(id: unknown, method: string): JsonObject {
  return {
    type: 'res',
    id,
    ok: false,
    error: { code: 'INVALID_REQUEST', message: `unknown method: ${method}` },
  };
}
