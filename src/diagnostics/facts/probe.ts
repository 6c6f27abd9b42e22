import type { PortVerdict } from '../../supervisor/index.ts';

export type ProbeFact =
  /** No gateway of ours answers, so there is nothing to ask. */
  | { kind: 'none' }
  | {
      kind: 'answered';
      /** HTTP status for a request under a name that is not ours; undefined when there was no answer. */
      foreignHost: number | undefined;
      /** `/readyz`. */
      ready: { status: number | undefined; reasons: readonly string[] };
    };

/** 500 ms: both answers come from memory. */
const ANSWER_MS = 500;

/** Asks the gateway that answered as ours two questions. The second one is what a page of somebody else would ask (F-96). */
export async function collectProbe(port: PortVerdict): Promise<ProbeFact> {
  const listeners = port.kind === 'taken' ? port.listeners : port.nearby;
  const ours = listeners.find((listener) => listener.class === 'ours' && listener.answer.kind === 'identity');
  if (ours === undefined || ours.answer.kind !== 'identity') return { kind: 'none' };
  const address = ours.address === '0.0.0.0' ? '127.0.0.1' : ours.address === '::' ? '::1' : ours.address;
  const host = address.includes(':') ? `[${address}]:${ours.port}` : `${address}:${ours.port}`;
  const { scheme } = ours.answer;
  const [foreign, ready] = await Promise.all([
    get({ scheme, address, port: ours.port, path: '/', host: 'rebound.invalid' }),
    get({ scheme, address, port: ours.port, path: '/readyz', host }),
  ]);
  return {
    kind: 'answered',
    foreignHost: foreign?.status,
    ready: { status: ready?.status, reasons: reasonsIn(ready?.body ?? '') },
  };
}

type Question = { scheme: 'http' | 'https'; address: string; port: number; path: string; host: string };

async function get(question: Question): Promise<{ status: number; body: string } | undefined> {
  const { scheme, address, port, path, host } = question;
  const { request } = scheme === 'http' ? await import('node:http') : await import('node:https');
  return new Promise((resolve) => {
    const signal = AbortSignal.timeout(ANSWER_MS);
    const query = request(
      // Not verified: the identity was already held against what the kernel says about the socket.
      { host: address, port, path, headers: { host }, agent: false, signal, rejectUnauthorized: false },
      (response) => {
        let body = '';
        response.setEncoding('utf8');
        response.on('data', (text: string) => {
          if (body.length < 65_536) body += text;
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
        response.on('error', () => resolve(undefined));
      },
    );
    query.on('error', () => resolve(undefined));
    query.end();
  });
}

function reasonsIn(body: string): string[] {
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value !== 'object' || value === null || !('reasons' in value)) return [];
    return Array.isArray(value.reasons) ? value.reasons.filter((reason) => typeof reason === 'string') : [];
  } catch {
    return [];
  }
}
