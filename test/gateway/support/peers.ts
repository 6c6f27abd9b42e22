import { once } from 'node:events';
import { WebSocket } from 'ws';
import {
  type DeviceKeys,
  generateDeviceKeys,
  openNodeSocket,
  signedConnectParams,
} from '../../../src/protocol/host/index.ts';
import {
  type ConnectParams,
  connectGateway,
  type GatewayConnection,
  type Scope,
} from '../../../src/protocol/index.ts';
import { TOKEN } from './gateway.ts';

export const ADMIN: Scope[] = ['operator.admin', 'operator.approvals', 'operator.pairing'];
/** Makes the gateway see a remote peer, as a reverse proxy would. */
export const REMOTE = { 'x-forwarded-for': '203.0.113.9' };

type Frame = {
  type: string;
  id?: string;
  ok?: boolean;
  event?: string;
  payload?: unknown;
  error?: { code: string; message: string; details?: unknown };
  seq?: number;
};

export type EventSeen = { event: string; payload: unknown; seq?: number };
export type TestPeer = GatewayConnection & { events: EventSeen[]; keys: DeviceKeys };

type PeerOptions = {
  /** The one protocol this peer speaks. Default 3. */
  protocol?: 3 | 4;
  keys?: DeviceKeys;
  scopes?: Scope[];
  token?: string;
  headers?: Record<string, string>;
  mode?: ConnectParams['client']['mode'];
  commands?: string[];
  displayName?: string;
  onEvent?: (event: EventSeen, peer: GatewayConnection | undefined) => void;
};

/** Connects an operator with a device; throws with the refusal when it is not let in. */
export function connectOperator(gateway: { url: string }, options: PeerOptions = {}): Promise<TestPeer> {
  return connectPeer(gateway, 'operator', { scopes: ADMIN, ...options });
}

export function connectNode(gateway: { url: string }, options: PeerOptions = {}): Promise<TestPeer> {
  return connectPeer(gateway, 'node', {
    commands: ['system.run', 'system.which'],
    mode: 'node',
    ...options,
    scopes: [],
  });
}

async function connectPeer(
  gateway: { url: string },
  role: 'operator' | 'node',
  options: PeerOptions,
): Promise<TestPeer> {
  const keys = options.keys ?? generateDeviceKeys();
  const events: EventSeen[] = [];
  let connection: GatewayConnection | undefined;
  const outcome = await connectGateway({
    openSocket: () =>
      openNodeSocket({ url: gateway.url, ...(options.headers ? { headers: options.headers } : {}) }),
    connectParams: (challenge) => ({
      ...signedConnectParams(
        {
          clientId: role === 'node' ? 'node-host' : 'gateway-client',
          mode: options.mode ?? 'backend',
          role,
          scopes: options.scopes ?? [],
          version: '1',
          keys,
          token: options.token ?? TOKEN,
          ...(options.commands ? { commands: options.commands, caps: ['system'] } : {}),
          ...(options.displayName ? { displayName: options.displayName } : {}),
        },
        challenge,
      ),
      minProtocol: options.protocol ?? 3,
      maxProtocol: options.protocol ?? 3,
    }),
    onEvent: (event) => {
      const seen = {
        event: event.event,
        payload: event.payload,
        ...(event.seq === undefined ? {} : { seq: event.seq }),
      };
      events.push(seen);
      options.onEvent?.(seen, connection);
    },
  });
  if (outcome.kind !== 'connected')
    throw Object.assign(new Error(`not connected: ${JSON.stringify(outcome)}`), { outcome });
  connection = outcome.connection;
  return Object.assign(outcome.connection, { events, keys });
}

/** A bare socket that records frames and its close, for tests of what goes wrong. */
export class RawPeer {
  readonly frames: Frame[] = [];
  readonly socket: WebSocket;
  readonly closed: Promise<{ code: number; reason: string }>;
  #waiting: (() => void)[] = [];

  constructor(gateway: { url: string }, headers: Record<string, string> = {}) {
    this.socket = new WebSocket(gateway.url, { headers, perMessageDeflate: false });
    this.socket.on('message', (data) => {
      this.frames.push(JSON.parse(String(data)));
      for (const wake of this.#waiting.splice(0)) wake();
    });
    this.socket.on('error', () => {});
    this.closed = once(this.socket, 'close').then(([code, reason]) => ({ code, reason: String(reason) }));
  }

  async challenge(): Promise<{ nonce: string; ts: number }> {
    const frame = await this.next((each) => each.event === 'connect.challenge');
    return frame.payload as { nonce: string; ts: number };
  }

  send(frame: unknown): void {
    this.socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame));
  }

  /** The first frame (past or future) that fits; fails after 5 s. */
  async next(fits: (frame: Frame) => boolean): Promise<Frame> {
    const deadline = Date.now() + 5_000;
    for (;;) {
      const found = this.frames.find(fits);
      if (found !== undefined) return found;
      const left = deadline - Date.now();
      if (left <= 0) throw new Error(`no such frame among ${JSON.stringify(this.frames)}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.#waiting.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }

  response(id: string): Promise<Frame> {
    return this.next((frame) => frame.type === 'res' && frame.id === id);
  }
}
