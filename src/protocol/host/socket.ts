import { createHash, timingSafeEqual } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import { WebSocket } from 'ws';
import type { SocketLike } from '../client.ts';
import { CLIENT_MAX_PAYLOAD_BYTES } from '../numbers.ts';

export type SocketOptions = {
  url: string;
  /** SHA-256 of the server certificate in hex; colons and case do not matter. With it the chain is not verified. */
  tlsFingerprint?: string;
  headers?: Record<string, string>;
  /**
   * Send a ping this often and drop the connection (close code 1006) when nothing, not even the pong, came since the
   * one before: a half-open peer is noticed within two intervals (F-63). Default: no pings.
   */
  pingEveryMs?: number;
};

/**
 * A WebSocket for Node. With a fingerprint the certificate is compared before the socket opens, so no frame (and
 * no token) reaches an impostor; the error text is the reference client's close reason plus both fingerprints.
 * @throws {Error} for a fingerprint with a plain `ws:` URL, which could not be checked
 */
export function openNodeSocket({ url, tlsFingerprint, headers, pingEveryMs }: SocketOptions): SocketLike {
  if (tlsFingerprint !== undefined && !url.startsWith('wss:')) {
    throw new Error(`cannot pin a certificate for ${url}: the URL is not wss`);
  }
  const socket = new WebSocket(url, {
    maxPayload: CLIENT_MAX_PAYLOAD_BYTES,
    perMessageDeflate: false,
    ...(headers === undefined ? {} : { headers }),
    ...(tlsFingerprint === undefined ? {} : { rejectUnauthorized: false }),
  });
  if (tlsFingerprint !== undefined) {
    const wanted = fingerprintBytes(tlsFingerprint);
    socket.on('upgrade', (response) => {
      // The option `rejectUnauthorized: false` is only given for wss, so the transport is a TLS socket.
      const certificate = (response.socket as TLSSocket).getPeerCertificate(true).raw;
      const found =
        certificate === undefined ? Buffer.alloc(32) : createHash('sha256').update(certificate).digest();
      if (wanted.length === found.length && timingSafeEqual(wanted, found)) return;
      socket.emit(
        'error',
        new Error(`gateway tls fingerprint mismatch: pinned ${hex(wanted)}, found ${hex(found)}`),
      );
      socket.terminate();
    });
  }
  if (pingEveryMs !== undefined) keepProbing(socket, pingEveryMs);
  // `ws` has the browser's onX properties with richer event types; SocketLike names the part both share.
  return socket as unknown as SocketLike;
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

function fingerprintBytes(text: string): Buffer {
  return Buffer.from(text.replace(/^sha256[:=]/i, '').replaceAll(/[:\s]/g, ''), 'hex');
}

function hex(bytes: Buffer): string {
  return bytes.toString('hex');
}
