import type { IncomingMessage, ServerResponse } from 'node:http';
import { type HostPolicy, isHostAllowed } from './host-allowlist.ts';
import { PAGE, SECURITY_HEADERS } from './page.ts';

/** Ready, or why not. Reasons are short sentences without secrets. */
export type Readiness = { ready: boolean; reasons: string[] };

export type RouteSources = {
  hostPolicy: HostPolicy;
  isPageEnabled: boolean;
  /** The `/healthz` document: who this is, so that a probe can tell our gateway from anything else on the port. */
  identity: () => object;
  readiness: () => Readiness;
};

type Answer = { status: number; type: string; body: string };

/** Answers one HTTP request: `/`, `/healthz`, `/readyz`, else 404; only GET and HEAD; only for allowed hosts (421). */
export function answerHttp(sources: RouteSources, request: IncomingMessage, response: ServerResponse): void {
  const { status, type, body } = chooseAnswer(sources, request);
  response.writeHead(status, {
    ...SECURITY_HEADERS,
    'Content-Type': `${type}; charset=utf-8`,
    'Content-Length': Buffer.byteLength(body),
    ...(status === 405 ? { Allow: 'GET, HEAD' } : {}),
    // A refused request may have a body on its way that nobody reads; do not keep such a connection.
    ...(status >= 400 ? { Connection: 'close' } : {}),
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}

function chooseAnswer(sources: RouteSources, { method, headers, url = '/' }: IncomingMessage): Answer {
  if (!isHostAllowed(headers.host, sources.hostPolicy)) return text(421, 'Misdirected Request');
  if (method !== 'GET' && method !== 'HEAD') return text(405, 'Method Not Allowed');
  const path = url.replace(/[?#].*$/s, '');
  if (path === '/healthz') return json(200, sources.identity());
  if (path === '/readyz') {
    const readiness = sources.readiness();
    return json(readiness.ready ? 200 : 503, readiness);
  }
  if (sources.isPageEnabled && (path === '/' || path === '/index.html')) {
    return { status: 200, type: 'text/html', body: PAGE };
  }
  return text(404, 'Not Found');
}

function text(status: number, body: string): Answer {
  return { status, type: 'text/plain', body: `${body}\n` };
}

function json(status: number, body: object): Answer {
  return { status, type: 'application/json', body: `${JSON.stringify(body)}\n` };
}
