/** Result of one echo: the listener took a WebSocket and answered a ping in time. */
export type EchoResult = { kind: 'echo'; ms: number } | { kind: 'none'; why: string };

/**
 * Opens a WebSocket, sends a ping and waits for the pong (RFC 6455 section 5.5.2): only a turning event loop answers.
 * Certificates are not checked: this asks our own listener whether it lives, and sends it nothing.
 */
export async function probeWebSocket(url: string, timeoutMs: number): Promise<EchoResult> {
  const { WebSocket } = await import('ws');
  const startedAt = performance.now();
  return new Promise((resolve) => {
    const socket = new WebSocket(url, { handshakeTimeout: timeoutMs, rejectUnauthorized: false });
    const timer = setTimeout(
      () => finish({ kind: 'none', why: `no echo within ${timeoutMs} ms` }),
      timeoutMs,
    );
    const finish = (result: EchoResult) => {
      clearTimeout(timer);
      socket.terminate();
      resolve(result);
    };
    socket.on('open', () => socket.ping());
    socket.on('pong', () => finish({ kind: 'echo', ms: Math.round(performance.now() - startedAt) }));
    socket.on('error', (cause) => finish({ kind: 'none', why: cause.message }));
    socket.on('close', () => finish({ kind: 'none', why: 'it closed the connection without an echo' }));
  });
}
