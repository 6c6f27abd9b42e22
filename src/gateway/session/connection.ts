import type { WebSocket } from 'ws';
import {
  CLOSE,
  CLOSE_REASON_BYTES,
  type ConnectParams,
  type ErrorShape,
  MAX_BUFFERED_BYTES,
  MAX_BUFFERED_BYTES_V4,
  type ProtocolVersion,
  type Role,
} from '../../protocol/index.ts';
import type { Surface } from '../../state/index.ts';
import type { TailnetClaim } from '../../supervisor/tailscale/index.ts';
import type { Locality } from '../http/locality.ts';

/** Facts of the upgrade request that outlive it. */
export type UpgradeFacts = Locality & {
  host: string | undefined;
  userAgent: string | undefined;
  /** Whom Tailscale Serve says it forwards for. */
  tailnetClaim: TailnetClaim | undefined;
};

/** Who a connection turned out to be; fixed by the handshake. */
export type Peer = {
  protocol: ProtocolVersion;
  role: Role;
  /** Effective scopes, after defaulting and after what the device or the secret is good for. */
  scopes: readonly string[];
  client: ConnectParams['client'];
  /** Proven by signature. Undefined for a peer that only showed the shared secret. */
  deviceId: string | undefined;
  isLocal: boolean;
  clientIp: string | undefined;
  connectedAtMs: number;
  /** Only of nodes. */
  surface: NodeSurface | undefined;
};

type NodeSurface = {
  caps: readonly string[];
  commands: readonly string[];
  permissions: Readonly<Record<string, boolean>> | undefined;
  pathEnv: string | undefined;
  /** What of it may be used; replaced while the node is connected when somebody approves more. */
  approved: Surface;
};

/**
 * One WebSocket and what is known about it. A class, not closures: with thousands of nodes connected the memory per
 * connection counts, and methods are shared.
 */
export class Connection {
  readonly id: string;
  readonly nonce: string;
  readonly openedAtMs: number;
  upgrade: UpgradeFacts;
  /** Login of the tailnet's user; `denied` when the claim did not hold. Undefined as long as nobody asked. */
  tailnetUser: { login: string; device: string } | 'denied' | undefined = undefined;
  /** The first frame waits for tailscaled; nothing else is read meanwhile. */
  isConfirming = false;
  readonly #socket: WebSocket;
  peer: Peer | undefined = undefined;
  /** Something was heard since the last ping. */
  isAlive = true;
  /** Refused, the answer is held back; nothing it sends is looked at any more. */
  isTurnedAway = false;
  /** Requests accepted and not yet answered. */
  inFlight = 0;
  /** It has asked the doctor, so it is told when the answer changes; clients of the reference never ask. */
  followsDoctor = false;
  #isClosed = false;

  constructor(socket: WebSocket, facts: { id: string; nonce: string; nowMs: number; upgrade: UpgradeFacts }) {
    this.#socket = socket;
    this.id = facts.id;
    this.nonce = facts.nonce;
    this.openedAtMs = facts.nowMs;
    this.upgrade = facts.upgrade;
  }

  /** Sends one frame. More than the allowed backlog waiting means the peer does not read: it is closed as slow. */
  send(frame: object): void {
    if (this.#isClosed) return;
    if (this.isSlow) this.close(CLOSE.policy, 'slow consumer');
    else this.#socket.send(JSON.stringify(frame));
  }

  /** Sends a frame that was serialised once for many connections. */
  sendSerialised(frame: Buffer): void {
    if (!this.#isClosed) this.#socket.send(frame, AS_TEXT);
  }

  respond(id: unknown, payload: unknown): void {
    this.send({ type: 'res', id, ok: true, payload });
  }

  refuse(id: unknown, error: ErrorShape): void {
    this.send({ type: 'res', id, ok: false, error });
  }

  /** An event for this connection alone: no `seq`. */
  sendEvent(event: string, payload: unknown): void {
    this.send({ type: 'event', event, payload });
  }

  get isSlow(): boolean {
    const limit = this.peer?.protocol === 4 ? MAX_BUFFERED_BYTES_V4 : MAX_BUFFERED_BYTES;
    return this.#socket.bufferedAmount > limit;
  }

  get isOpen(): boolean {
    return !this.#isClosed;
  }

  /**
   * Raises how large a message of this peer may be. `ws` (8.23) takes one limit per server and offers no other way than
   * the field of its receiver; a test watches that the limit really changes.
   * @throws {Error} when a newer `ws` has no such field
   */
  allowPayload(maxBytes: number): void {
    const receiver: unknown = Reflect.get(this.#socket, '_receiver');
    if (this.#isClosed || typeof receiver !== 'object' || receiver === null) return;
    if (typeof Reflect.get(receiver, '_maxPayload') !== 'number')
      throw new Error('cannot set the message limit of a connection: this ws keeps it elsewhere');
    Reflect.set(receiver, '_maxPayload', maxBytes);
  }

  ping(): void {
    if (!this.#isClosed) this.#socket.ping();
  }

  close(code: number, reason: string): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#socket.close(code, cutReason(reason));
  }

  /** Ends the connection without a close handshake, for peers that no longer answer. */
  terminate(): void {
    this.#isClosed = true;
    this.#socket.terminate();
  }

  /** The socket reported its end; nothing may be sent any more. */
  markClosed(): void {
    this.#isClosed = true;
  }
}

const AS_TEXT = { binary: false } as const;

/** A close frame has room for 123 bytes of reason; the reference cuts at 120, never inside a character. */
function cutReason(reason: string): string {
  if (Buffer.byteLength(reason) <= CLOSE_REASON_BYTES) return reason;
  const cut = Buffer.from(reason).subarray(0, CLOSE_REASON_BYTES).toString('utf8');
  return cut.replace(/\uFFFD$/, '');
}
