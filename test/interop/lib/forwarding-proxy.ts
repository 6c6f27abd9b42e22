import { connect, createServer, type Socket } from 'node:net';

/** The name clients use to reach the gateway behind the proxy. */
export const PROXY_HOST = 'gateway.example-tailnet.ts.net';

/** What can be wrong with the way through a proxy, at the wish of a test. */
export class ProxyFaults {
  /** What clients send is lost, while they still hear. */
  losesRequests = false;
  readonly sockets = new Set<Socket>();

  /** Ends every connection, as a network that goes away does. */
  cut(): void {
    for (const socket of this.sockets) socket.destroy();
  }
}

/**
 * Stands for Tailscale Serve: accepts connections on 127.0.0.1 and adds the forwarding headers to the first request of
 * each, so that the gateway behind it sees a client from elsewhere. Everything after the request head passes untouched.
 * @returns the port it listens on; closed when the stack is disposed
 */
export async function startForwardingProxy(
  stack: AsyncDisposableStack,
  spec: { targetPort: number; clientIp?: string; faults?: ProxyFaults },
): Promise<number> {
  const { faults = new ProxyFaults() } = spec;
  const added = [
    `X-Forwarded-For: ${spec.clientIp ?? '100.101.102.103'}`,
    'X-Forwarded-Proto: https',
    `X-Forwarded-Host: ${PROXY_HOST}`,
  ].join('\r\n');
  const server = createServer((client) => {
    const gateway = connect(spec.targetPort, '127.0.0.1');
    for (const socket of [client, gateway]) {
      faults.sockets.add(socket);
      socket.on('close', () => faults.sockets.delete(socket));
    }
    client.on('error', () => gateway.destroy()).on('close', () => gateway.destroy());
    gateway.on('error', () => client.destroy()).on('close', () => client.destroy());
    gateway.pipe(client);
    let head = '';
    const collect = (chunk: Buffer): void => {
      head += chunk.toString('latin1');
      const end = head.indexOf('\r\n\r\n');
      if (end < 0) return;
      client.off('data', collect);
      const withHost = head.slice(0, end).replace(/^Host: .*$/im, `Host: ${PROXY_HOST}`);
      gateway.write(`${withHost}\r\n${added}${head.slice(end)}`, 'latin1');
      client.on('data', (chunk: Buffer) => {
        if (!faults.losesRequests) gateway.write(chunk);
      });
    };
    client.on('data', collect);
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  stack.defer(async () => {
    faults.cut();
    await new Promise((resolve) => server.close(resolve));
  });
  const address = server.address();
  if (address === null || typeof address === 'string')
    throw new Error('cannot get the port of the forwarding proxy');
  return address.port;
}
