import type { IncomingMessage, ServerResponse } from 'node:http';
import type { DoctorBrief, PeerTroubles } from '../../protocol/index.ts';
import { type HostPolicy, isHostAllowed, requestedHost } from './host-allowlist.ts';
import { pageFiles, SECURITY_HEADERS } from './page.ts';

/** Ready, or why not. Reasons are short sentences without secrets. */
export type Readiness = {
  ready: boolean;
  reasons: string[];
  findings?: readonly DoctorBrief[];
  /** How many peers are in trouble of their own making; absent when none is. */
  peers?: PeerTroubles;
};

export type RouteSources = {
  hostPolicy: HostPolicy;
  isPageEnabled: boolean;
  /** Where the page lives, `/` or `/op/`. */
  pageBase: string;
  /** The `/healthz` document: who this is, so that a probe can tell our gateway from anything else on the port. */
  identity: () => object;
  readiness: () => Promise<Readiness>;
};

type Answer = { status: number; headers: Readonly<Record<string, string>>; body: string | Buffer };

/** Answers one HTTP request: the page, `/healthz`, `/readyz`, else 404; only GET and HEAD; only for allowed hosts (421). */
export function answerHttp(sources: RouteSources, request: IncomingMessage, response: ServerResponse): void {
  const answer = chooseAnswer(sources, request);
  if (answer instanceof Promise) answer.then((late) => send(late, request, response));
  else send(answer, request, response);
}

function send({ status, headers, body }: Answer, request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(status, {
    ...SECURITY_HEADERS,
    'Content-Length': Buffer.byteLength(body),
    ...headers,
    // A refused request may have a body on its way that nobody reads; do not keep such a connection.
    ...(status >= 400 ? { Connection: 'close' } : {}),
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}

/** `op`, `/op` and `/op/` of the config as the path in front of the page's files: `/op/`. Default `/`. */
export function pageBasePath(configured: string | undefined): string {
  const name = configured?.replace(/^\/+|\/+$/g, '') ?? '';
  return name === '' ? '/' : `/${name}/`;
}

function chooseAnswer(sources: RouteSources, request: IncomingMessage): Answer | Promise<Answer> {
  const { method, headers, url = '/' } = request;
  if (!isHostAllowed(requestedHost(request), sources.hostPolicy)) return text(421, 'Misdirected Request');
  if (method !== 'GET' && method !== 'HEAD') {
    const answer = text(405, 'Method Not Allowed');
    return { ...answer, headers: { ...answer.headers, Allow: 'GET, HEAD' } };
  }
  const path = url.replace(/[?#].*$/s, '');
  if (path === '/healthz') return json(200, sources.identity());
  if (path === '/readyz') {
    return sources.readiness().then((readiness) => json(readiness.ready ? 200 : 503, readiness));
  }
  return (
    (sources.isPageEnabled ? pageAnswer(sources, path, headers['accept-encoding']) : undefined) ??
    text(404, 'Not Found')
  );
}

function pageAnswer(
  { pageBase }: RouteSources,
  path: string,
  encodings: string | string[] | undefined,
): Answer | undefined {
  if (`${path}/` === pageBase) return { status: 302, headers: { Location: pageBase }, body: '' };
  if (!path.startsWith(pageBase)) return undefined;
  const file = pageFiles().get(path.slice(pageBase.length));
  if (file === undefined) return undefined;
  const isZipped = file.zipped !== undefined && /\bgzip\b/.test(String(encodings));
  return {
    status: 200,
    headers: {
      'Content-Type': file.type,
      Vary: 'Accept-Encoding',
      ...(isZipped ? { 'Content-Encoding': 'gzip' } : {}),
      ...(file.isImmutable ? { 'Cache-Control': 'public, max-age=31536000, immutable' } : {}),
    },
    body: (isZipped ? file.zipped : undefined) ?? file.body,
  };
}

function text(status: number, body: string): Answer {
  return { status, headers: { 'Content-Type': 'text/plain; charset=utf-8' }, body: `${body}\n` };
}

function json(status: number, body: object): Answer {
  return {
    status,
    headers: { 'Content-Type': 'application/json; charset=utf-8' },
    body: `${JSON.stringify(body)}\n`,
  };
}
