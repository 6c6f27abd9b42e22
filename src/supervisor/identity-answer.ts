/** What a gateway says about itself on `GET /healthz`. */
export type IdentityAnswer = {
  service: string;
  pid: number;
  startTicks: number;
  bootId: string;
  stateDirHash: string;
  version: string;
  state: string;
};

export type ListenerAnswer =
  /** The listener said who it is. Believe it only as far as the kernel's facts fit. */
  | { kind: 'identity'; identity: IdentityAnswer }
  /** It speaks, but is no gateway of ours. `said` is one line for people. */
  | { kind: 'other'; said: string }
  /** TCP connects (or would), but no answer came in time. */
  | { kind: 'silent'; waitedMs: number }
  /** Nothing accepts a connection there. */
  | { kind: 'refused'; reason: string };

/** 64 KiB: an identity is some hundred bytes; a foreign server may stream for ever. */
const MAX_BYTES = 65536;

/**
 * Asks a listener who it is. One plain HTTP request to a numeric address, bounded in time and size, no redirects.
 * A TLS gateway answers plain HTTP with an error or a closed connection and is then told apart by the kernel's facts.
 */
export async function askIdentity(options: {
  address: string;
  port: number;
  timeoutMs: number;
}): Promise<ListenerAnswer> {
  const { address, port, timeoutMs } = options;
  // Loaded here: node:http costs 15 ms that a start without a conflict need not pay.
  const { request } = await import('node:http');
  return new Promise((resolve) => {
    const signal = AbortSignal.timeout(timeoutMs);
    const query = request(
      {
        host: address,
        port,
        path: '/healthz',
        headers: { host: hostHeader(address, port) },
        agent: false,
        signal,
      },
      (response) => {
        let body = '';
        response.setEncoding('utf8');
        response.on('data', (text: string) => {
          body += text;
          if (body.length > MAX_BYTES) query.destroy(new Error('the answer is too long'));
        });
        response.on('end', () => resolve(readAnswer(body, response.statusCode ?? 0)));
        response.on('error', () => resolve({ kind: 'other', said: 'it broke its HTTP answer off' }));
      },
    );
    query.on('error', (cause: NodeJS.ErrnoException) => {
      if (signal.aborted) resolve({ kind: 'silent', waitedMs: timeoutMs });
      else if (isRefusal(cause.code)) resolve({ kind: 'refused', reason: cause.code ?? cause.message });
      else resolve({ kind: 'other', said: 'it does not speak HTTP' });
    });
    query.end();
  });
}

function readAnswer(body: string, status: number): ListenerAnswer {
  const identity = parseIdentity(body);
  return identity === undefined
    ? { kind: 'other', said: `it answers HTTP ${status} without an identity` }
    : { kind: 'identity', identity };
}

/** The identity in a `/healthz` body, or undefined when it is anything else. */
export function parseIdentity(body: string): IdentityAnswer | undefined {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { service, pid, startTicks, bootId, stateDirHash, version, state } = value as Record<string, unknown>; // object: checked above
  if (typeof service !== 'string' || typeof bootId !== 'string' || typeof stateDirHash !== 'string')
    return undefined;
  if (typeof version !== 'string' || typeof state !== 'string') return undefined;
  if (typeof pid !== 'number' || typeof startTicks !== 'number') return undefined;
  return { service, pid, startTicks, bootId, stateDirHash, version, state };
}

function isRefusal(code: string | undefined): boolean {
  return ['ECONNREFUSED', 'EADDRNOTAVAIL', 'ENETUNREACH', 'EHOSTUNREACH', 'EINVAL'].includes(code ?? '');
}

function hostHeader(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}
