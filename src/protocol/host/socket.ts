import type { TLSSocket } from 'node:tls';
import { WebSocket } from 'ws';
import type { SocketLike } from '../client.ts';
import { CLIENT_MAX_PAYLOAD_BYTES } from '../numbers.ts';
import { parsePins, trustSystemAuthorities, whyNotPinned } from './tls-pin.ts';

export type SocketOptions = {
  url: string;
  /** One or two pins, see {@link parsePins}. With them a certificate of its own making is fine. */
  tlsFingerprint?: string;
  headers?: Record<string, string>;
  /**
   * Send a ping this often and drop the connection (close code 1006) when nothing, not even the pong, came since the
   * one before: a half-open peer is noticed within two intervals (F-63). Default: no pings.
   */
  pingEveryMs?: number;
  /** Gives moments at which the peer has to prove that it is still there (the network came back): 3 s for a pong. */
  onDoubt?: (prove: () => void) => () => void;
};

/**
 * A WebSocket for Node. With a pin the certificate is compared before the socket opens, so no frame (and no token)
 * reaches an impostor; the error text is the reference client's close reason plus what was found. Without one the
 * authorities of Node and of the system decide.
 * @throws {Error} for a pin with a plain `ws:` URL, which could not be checked, and for one that is none
 */
export function openNodeSocket({
  url,
  tlsFingerprint,
  headers,
  pingEveryMs,
  onDoubt,
}: SocketOptions): SocketLike {
  if (tlsFingerprint !== undefined && !url.startsWith('wss:')) {
    throw new Error(`cannot pin a certificate for ${url}: the URL is not wss`);
  }
  const pins = tlsFingerprint === undefined ? undefined : parsePins(tlsFingerprint);
  if (tlsFingerprint !== undefined && pins === undefined) {
    throw new Error('cannot pin a certificate: a pin is one or two SHA-256 digests in hex');
  }
  if (url.startsWith('wss:')) trustSystemAuthorities();
  const socket = new WebSocket(url, {
    maxPayload: CLIENT_MAX_PAYLOAD_BYTES,
    perMessageDeflate: false,
    ...(headers === undefined ? {} : { headers }),
    ...(pins === undefined ? {} : { rejectUnauthorized: false }),
  });
  if (pins !== undefined) {
    socket.on('upgrade', (response) => {
      // The option `rejectUnauthorized: false` is only given for wss, so the transport is a TLS socket.
      const mismatch = whyNotPinned(response.socket as TLSSocket, pins);
      if (mismatch === undefined) return;
      socket.emit('error', new Error(mismatch));
      socket.terminate();
    });
  }
  if (pingEveryMs !== undefined) keepProbing(socket, pingEveryMs);
  if (onDoubt !== undefined) proveInDoubt(socket, onDoubt);
  // `ws` has the browser's onX properties with richer event types; SocketLike names the part both share.
  return socket as unknown as SocketLike;
}

/** 2 s: a retransmission may be on its way, a peer that is there needs milliseconds. */
const PROOF_MS = 2_000;

/** TCP repeats what it lost after up to 25 s; a new connection is there sooner. */
function proveInDoubt(socket: WebSocket, onDoubt: (prove: () => void) => () => void): void {
  socket.once('open', () => {
    const off = onDoubt(() => {
      const timer = setTimeout(() => {
        socket.emit('error', new Error(`no answer within ${PROOF_MS} ms after the network changed`));
        socket.terminate();
      }, PROOF_MS);
      socket.once('pong', () => clearTimeout(timer)).once('close', () => clearTimeout(timer));
      socket.ping();
    });
    socket.once('close', off);
  });
}

function keepProbing(socket: WebSocket, everyMs: number): void {
  let heard = true;
  const hear = () => {
    heard = true;
  };
  socket.on('pong', hear).on('ping', hear).on('message', hear);
  socket.once('open', () => {
    const timer = setInterval(() => {
      if (!heard) {
        socket.emit('error', new Error(`no answer to a ping for ${everyMs} ms`));
        return socket.terminate();
      }
      heard = false;
      socket.ping();
    }, everyMs);
    socket.once('close', () => clearInterval(timer));
  });
}
