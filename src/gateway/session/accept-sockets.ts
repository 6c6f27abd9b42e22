import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import { CLOSE, STRANGER_MAX_PAYLOAD_BYTES } from '../../protocol/index.ts';
import { errorText } from '../../state/index.ts';
import type { GatewayCore } from '../core.ts';
import { type HostPolicy, isHostAllowed, isOriginAllowed, requestedHost } from '../http/host-allowlist.ts';
import { placePeer } from '../http/locality.ts';
import { SECURITY_HEADERS } from '../http/page.ts';
import { readTailnetClaim } from '../http/tailnet-claim.ts';
import { isReady } from './admit.ts';
import { Connection } from './connection.ts';
import type { HandshakeDeadlines } from './handshake-deadlines.ts';
import { join, leave } from './lifecycle.ts';
import { receive } from './receive.ts';

/** Strangers in the handshake at one time; more are turned away with 503 before a WebSocket exists. */
const MAX_IN_HANDSHAKE = 2_000;

export type SocketGate = {
  core: GatewayCore;
  deadlines: HandshakeDeadlines;
  hostPolicy: () => HostPolicy;
  isStopping: () => boolean;
};

/** Upgrades sockets of an HTTP server and feeds their messages to the gateway. */
export function acceptSockets(gate: SocketGate): (server: Server) => void {
  const connections = new WeakMap<WebSocket, Connection>();
  const webSockets = new WebSocketServer({
    noServer: true,
    // Whoever has said hello may send more, see Connection.allowPayload.
    maxPayload: STRANGER_MAX_PAYLOAD_BYTES,
    perMessageDeflate: false,
    clientTracking: false,
  });

  // One listener function for all sockets: with thousands of nodes a closure per socket would count.
  function onMessage(this: WebSocket, data: RawData): void {
    const connection = connections.get(this);
    if (connection === undefined) return;
    connection.isAlive = true;
    // binaryType is `nodebuffer`, so that text and binary frames alike come as one Buffer.
    const text = data.toString();
    try {
      const received = receive(gate.core, connection, text);
      if (received === 'joined') welcome(connection);
      else if (received === 'held') gate.deadlines.remove(connection);
      else if (received !== 'handled')
        received.then(
          (later) => (later === 'held' ? gate.deadlines.remove(connection) : welcome(connection)),
          (thrown) => fail(connection, thrown),
        );
    } catch (thrown) {
      fail(connection, thrown);
    }
  }

  function welcome(connection: Connection): void {
    if (!isReady(connection) || !connection.isOpen) return;
    gate.deadlines.remove(connection);
    join(gate.core, connection);
  }

  function fail(connection: Connection, thrown: unknown): void {
    gate.core.log.error('message handling failed', { connection: connection.id, error: errorText(thrown) });
    connection.close(1011, 'internal error');
  }

  function onAlive(this: WebSocket): void {
    const connection = connections.get(this);
    if (connection !== undefined) connection.isAlive = true;
  }

  function onClose(this: WebSocket, code: number, reason: Buffer): void {
    const connection = connections.get(this);
    if (connection === undefined) return;
    connection.markClosed();
    gate.deadlines.remove(connection);
    gate.core.waiting.leave(connection);
    if (!isReady(connection)) return;
    try {
      leave(gate.core, connection, { code, reason: reason.toString() });
    } catch (thrown) {
      gate.core.log.error('end of a connection not recorded', {
        connection: connection.id,
        error: errorText(thrown),
      });
    }
  }

  function onError(this: WebSocket): void {
    // `ws` closes the socket itself (1009 for an oversized message, 1002 for a broken frame); `close` follows.
  }

  function adopt(socket: WebSocket, request: IncomingMessage): void {
    const { headers } = request;
    const connection = new Connection(socket, {
      id: randomUUID(),
      nonce: randomUUID(),
      nowMs: gate.core.now(),
      upgrade: {
        ...placePeer(request.socket.remoteAddress, headers, gate.core.rules.trustedProxies),
        host: headers.host,
        userAgent: headers['user-agent'],
        tailnetClaim: gate.core.rules.auth.allowTailscale === true ? readTailnetClaim(request) : undefined,
      },
    });
    connections.set(socket, connection);
    socket.on('message', onMessage).on('pong', onAlive).on('ping', onAlive);
    socket.on('close', onClose).on('error', onError);
    gate.deadlines.add(connection);
    connection.sendEvent('connect.challenge', {
      nonce: connection.nonce,
      ts: connection.openedAtMs,
      // That it is there tells clients that signatures of version 3 are understood; none of protocol 4's extras are.
      capabilities: [],
    });
    if (gate.isStopping()) connection.close(CLOSE.restart, 'service restart');
  }

  return (server) => {
    server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      socket.on('error', ignoreSocketError);
      const refusal = refuseUpgrade(request, gate);
      if (refusal !== undefined) {
        socket.end(refusal);
        return;
      }
      socket.off('error', ignoreSocketError);
      webSockets.handleUpgrade(request, socket, head, adopt);
    });
  };
}

function ignoreSocketError(): void {
  // The peer went away while it was being refused.
}

function refuseUpgrade(request: IncomingMessage, gate: SocketGate): string | undefined {
  const policy = gate.hostPolicy();
  const host = requestedHost(request);
  if (!isHostAllowed(host, policy)) return rawAnswer(421, 'Misdirected Request');
  if (!isOriginAllowed(request.headers.origin, host, policy)) return rawAnswer(403, 'Forbidden');
  if (gate.deadlines.size >= MAX_IN_HANDSHAKE) return rawAnswer(503, 'Service Unavailable');
  return undefined;
}

function rawAnswer(status: number, text: string): string {
  const headers = {
    ...SECURITY_HEADERS,
    'Content-Type': 'text/plain',
    Connection: 'close',
    'Content-Length': 0,
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${text}\r\n${lines.join('')}\r\n`;
}
