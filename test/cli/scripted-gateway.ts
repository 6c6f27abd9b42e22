import type { TestContext } from 'node:test';
import { type WebSocket, WebSocketServer } from 'ws';
import { cleanUp } from '../clean-up.ts';

export type Answer = { payload: unknown } | { error: { code: string; message: string; details?: unknown } };

export type Script = {
  /** Answers to methods. `connect` is answered with a hello unless it is named here. */
  answers?: Readonly<
    Record<string, (params: Record<string, unknown>, socket: WebSocket) => Answer | undefined>
  >;
  /** Methods that get no answer at all. */
  silent?: readonly string[];
  /** `features` of the hello. */
  methods?: readonly string[];
  events?: readonly string[];
  /** After a refused `connect`: close like a gateway. */
  close?: { code: number; reason: string };
};

export type ScriptedGateway = {
  url: string;
  port: number;
  /** Every call in order. */
  calls: { method: string; params: Record<string, unknown> }[];
};

/** A gateway that says exactly what the test wants, also what no gateway would say. */
export async function scriptedGateway(t: TestContext, script: Script = {}): Promise<ScriptedGateway> {
  const calls: ScriptedGateway['calls'] = [];
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await new Promise((resolve) => server.once('listening', resolve));
  cleanUp(t, () => {
    for (const client of server.clients) client.terminate();
    server.close();
  });
  server.on('connection', (socket) => {
    socket.send(
      JSON.stringify({ type: 'event', event: 'connect.challenge', payload: { nonce: 'n', ts: Date.now() } }),
    );
    socket.on('message', (data) => {
      const { id, method, params = {} } = JSON.parse(String(data));
      calls.push({ method, params });
      if (script.silent?.includes(method)) return;
      const answer = script.answers?.[method]?.(params, socket) ?? defaultAnswer(method, script);
      if (answer === undefined) return;
      const frame =
        'payload' in answer ? { ok: true, payload: answer.payload } : { ok: false, error: answer.error };
      socket.send(JSON.stringify({ type: 'res', id, ...frame }));
      if (method === 'connect' && script.close !== undefined && !frame.ok) {
        socket.close(script.close.code, script.close.reason);
      }
    });
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { url: `ws://127.0.0.1:${address.port}`, port: address.port, calls };
}

function defaultAnswer(method: string, script: Script): Answer | undefined {
  if (method !== 'connect')
    return { error: { code: 'INVALID_REQUEST', message: `unknown method: ${method}` } };
  return {
    payload: {
      type: 'hello-ok',
      protocol: 3,
      server: { version: '2026.1.24-3', connId: 'c' },
      features: { methods: script.methods ?? [], events: script.events ?? [] },
      snapshot: {},
      policy: { maxPayload: 524_288, maxBufferedBytes: 1_572_864, tickIntervalMs: 30_000 },
    },
  };
}
