import { askHttp } from './ask-http.ts';

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
  | { kind: 'identity'; scheme: 'http' | 'https'; identity: IdentityAnswer }
  /** It speaks, but is no gateway of ours. `said` is one line for people, `status` that of an answer in HTTP. */
  | { kind: 'other'; said: string; status?: number }
  /** TCP connects (or would), but no answer came in time. */
  | { kind: 'silent'; waitedMs: number }
  /** Nothing accepts a connection there. */
  | { kind: 'refused'; reason: string };

const NOT_HTTP = 'it does not speak HTTP';

type Question = { address: string; port: number; timeoutMs: number };

/**
 * Asks a listener who it is: one HTTP request to a numeric address, bounded in time and size, no redirects. A listener
 * that does not speak plain HTTP is asked once more over TLS; its certificate is not checked, because the answer is
 * believed only as far as it fits what the kernel says about the socket.
 */
export async function askIdentity(question: Question): Promise<ListenerAnswer> {
  const plain = await ask(question, 'http');
  if (plain.kind !== 'other' || plain.said !== NOT_HTTP) return plain;
  const secure = await ask(question, 'https');
  return secure.kind === 'identity' ? secure : plain;
}

async function ask(question: Question, scheme: 'http' | 'https'): Promise<ListenerAnswer> {
  const answer = await askHttp({ ...question, scheme, path: '/healthz' });
  switch (answer.kind) {
    case 'answered':
      return readAnswer(answer.body, answer.status, scheme);
    case 'silent':
      return { kind: 'silent', waitedMs: question.timeoutMs };
    case 'broken':
      return { kind: 'other', said: 'it broke its HTTP answer off' };
    case 'failed':
      return isRefusal(answer.code)
        ? { kind: 'refused', reason: answer.code ?? answer.reason }
        : { kind: 'other', said: NOT_HTTP };
  }
}

function readAnswer(body: string, status: number, scheme: 'http' | 'https'): ListenerAnswer {
  const identity = parseIdentity(body);
  return identity === undefined
    ? { kind: 'other', said: `it answers HTTP ${status} without an identity`, status }
    : { kind: 'identity', scheme, identity };
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
