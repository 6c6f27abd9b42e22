import { WebSocket } from 'ws';
import { type DeviceKeys, generateDeviceKeys, signedConnectParams } from '../src/protocol/host/index.ts';
import { BENCH_TOKEN } from './gateway-server.ts';

/** A node that answers every call with its parameters, as cheaply as a client can; for measuring the gateway, not itself. */
export function connectBenchNode(port: number, keys: DeviceKeys = generateDeviceKeys()): Promise<WebSocket> {
  return connect(port, 'node', keys, (socket, frame) => {
    if (frame.event !== 'node.invoke.request') return;
    const { id, nodeId, paramsJSON } = frame.payload;
    const params = { id, nodeId, ok: true, payloadJSON: paramsJSON };
    socket.send(JSON.stringify({ type: 'req', id, method: 'node.invoke.result', params }));
  });
}

/** An operator that has one request open at a time. */
export async function connectBenchOperator(port: number): Promise<{
  call: (method: string, params: object) => Promise<unknown>;
  close: () => void;
}> {
  let resolve: ((payload: unknown) => void) | undefined;
  let count = 0;
  const socket = await connect(port, 'operator', generateDeviceKeys(), (_socket, frame) => {
    if (frame.type === 'res') resolve?.(frame.payload);
  });
  return {
    call: (method, params) =>
      new Promise((settle) => {
        resolve = settle;
        count += 1;
        socket.send(JSON.stringify({ type: 'req', id: String(count), method, params }));
      }),
    close: () => socket.close(),
  };
}

// biome-ignore lint/suspicious/noExplicitAny: frames of our own gateway in a measuring loop; checks would be measured too
type AnyFrame = any;

function connect(
  port: number,
  role: 'node' | 'operator',
  keys: DeviceKeys,
  onFrame: (socket: WebSocket, frame: AnyFrame) => void,
): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}`, { perMessageDeflate: false });
    let isIn = false;
    socket.on('error', reject);
    socket.on('close', (code, reason) => reject(new Error(`closed ${code} ${reason}`)));
    socket.on('message', (data) => {
      const frame = JSON.parse(String(data));
      if (isIn) return onFrame(socket, frame);
      if (frame.event === 'connect.challenge') {
        const params = signedConnectParams(
          {
            clientId: role === 'node' ? 'node-host' : 'gateway-client',
            mode: role === 'node' ? 'node' : 'backend',
            role,
            scopes: role === 'node' ? [] : ['operator.admin'],
            version: '1',
            keys,
            token: BENCH_TOKEN,
            ...(role === 'node' ? { commands: ['system.which', 'system.run'], caps: ['system'] } : {}),
          },
          frame.payload,
        );
        socket.send(JSON.stringify({ type: 'req', id: 'connect', method: 'connect', params }));
      } else if (frame.ok === true) {
        isIn = true;
        resolve(socket);
      } else if (frame.ok === false) {
        reject(new Error(frame.error.message));
      }
    });
  });
}
