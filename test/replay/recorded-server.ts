import { createPublicKey, verify } from 'node:crypto';
import { type WebSocket, WebSocketServer } from 'ws';
import { PATIENCE_MS } from '../patience.ts';
import { deviceIdOf, signedText } from './device.ts';
import { at, isObject, type JsonObject, parseJson, textAt } from './json.ts';

/** One client that has connected to a recorded gateway. */
export type RecordedClient = {
  send(frame: unknown): void;
  close(code: number, reason: string): void;
  /** The next frame of the client that nobody has taken yet. @throws after the deadline */
  next(what: string, deadlineMs?: number): Promise<JsonObject>;
  nonce: string;
};

/**
 * A WebSocket server on 127.0.0.1 that greets like a gateway and leaves the rest to `serve`, once per connection.
 * @returns its port; closed when the stack is disposed
 */
export async function startRecordedServer(
  stack: AsyncDisposableStack,
  serve: (client: RecordedClient) => Promise<void>,
): Promise<number> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, maxPayload: 524_288 });
  await new Promise<void>((resolve, reject) => server.once('listening', resolve).once('error', reject));
  stack.defer(async () => {
    for (const socket of server.clients) socket.terminate();
    await new Promise((resolve) => server.close(resolve));
  });
  server.on('connection', (socket) => {
    const client = clientOf(socket);
    client.send({
      type: 'event',
      event: 'connect.challenge',
      payload: { nonce: client.nonce, ts: Date.now() },
    });
    serve(client).catch((cause: unknown) => client.close(1011, String(cause).slice(0, 100)));
  });
  const address = server.address();
  if (address === null || typeof address === 'string')
    throw new Error('cannot get the port of the recorded gateway');
  return address.port;
}

/** Why a `connect` would not get past a gateway's identity checks (protocol 3, section 10), or undefined. */
export function identityFault(params: JsonObject, nonce: string): string | undefined {
  const device = at(params, 'device');
  if (!isObject(device)) return 'no device block';
  const publicKey = textAt(device, 'publicKey') ?? '';
  if (deviceIdOf(publicKey) !== device.id) return 'device id is not the hash of its key';
  if (Math.abs(Date.now() - Number(device.signedAt)) > 600_000)
    return 'signedAt is off by more than ten minutes';
  if (device.nonce !== nonce) return 'the nonce is not the challenge';
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: publicKey }, format: 'jwk' });
  const signature = Buffer.from(textAt(device, 'signature') ?? '', 'base64url');
  return verify(null, Buffer.from(signedText(params)), key, signature)
    ? undefined
    : 'the signature does not verify';
}

function clientOf(socket: WebSocket): RecordedClient {
  const frames: JsonObject[] = [];
  const waiting = new Set<() => void>();
  let gone = false;
  const wake = (): void => {
    for (const resume of waiting) resume();
  };
  socket.on('message', (data) => {
    const frame = parseJson(String(data));
    if (isObject(frame)) frames.push(frame);
    wake();
  });
  socket.on('close', () => {
    gone = true;
    wake();
  });
  socket.on('error', () => {}); // followed by `close`
  return {
    nonce: crypto.randomUUID(),
    send: (frame) => socket.send(JSON.stringify(frame), () => {}),
    close: (code, reason) => socket.close(code, reason),
    next: async (what, deadlineMs = PATIENCE_MS) => {
      const end = performance.now() + deadlineMs;
      for (;;) {
        const frame = frames.shift();
        if (frame !== undefined) return frame;
        const left = end - performance.now();
        if (gone || left <= 0)
          throw new Error(
            `cannot get ${what}: ${gone ? 'the client is gone' : `nothing in ${deadlineMs} ms`}`,
          );
        await new Promise<void>((resolve) => {
          const timer = setTimeout(done, left);
          function done(): void {
            clearTimeout(timer);
            waiting.delete(done);
            resolve();
          }
          waiting.add(done);
        });
      }
    },
  };
}
