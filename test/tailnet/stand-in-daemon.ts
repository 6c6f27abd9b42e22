import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

/** What the stand-in says; change it between questions. The answers were recorded from tailscaled 1.102.5. */
export type StandInState = {
  /** ipn/ipnstate.Status, in part. */
  status: Record<string, unknown>;
  /** ipn.ServeConfig; null as long as nothing was ever served, any other text for a daemon that answers something else. */
  serve: Record<string, unknown> | string | null;
  operator: string;
  /** Whether a POST is from root or the operator; the real one asks the kernel who connected. */
  mayWrite: boolean;
  /** Address → who it is; everything else is unknown. */
  peers: Record<string, { login: string; name: string; tags?: readonly string[] }>;
  /** Without it, as before 1.50: no ETag is offered, and If-Match is ignored. */
  hasEtag: boolean;
  /** Runs before a POST is looked at: somebody else is quicker. */
  beforeWrite?: () => void;
  /** Takes the question and never answers. */
  isHanging: boolean;
};

export const RECORDED_STATUS = {
  Version: '1.102.5',
  TUN: true,
  BackendState: 'Running',
  HaveNodeKey: true,
  AuthURL: '',
  TailscaleIPs: ['100.64.0.1', 'fd7a:115c:a1e0:ab12:4843:cd96:6240:1'],
  Self: {
    ID: 'TESTCTRL00000001',
    HostName: 'server',
    DNSName: 'server.tail0000.ts.net.',
    OS: 'linux',
    TailscaleIPs: ['100.64.0.1', 'fd7a:115c:a1e0:ab12:4843:cd96:6240:1'],
    Online: true,
  },
  Health: [],
  MagicDNSSuffix: 'tail0000.ts.net',
  CertDomains: ['server.tail0000.ts.net'],
};

export type StandIn = { socket: string; state: StandInState; posts: number; close(): Promise<void> };

/** A tailscaled that only knows the questions we ask, on a socket of its own. */
export async function startStandIn(socket: string, changes: Partial<StandInState> = {}): Promise<StandIn> {
  const state: StandInState = {
    status: { ...RECORDED_STATUS },
    serve: null,
    operator: '',
    mayWrite: true,
    peers: {},
    hasEtag: true,
    isHanging: false,
    ...changes,
  };
  const standIn = { socket, state, posts: 0 };
  const server = createServer((request, response) => {
    if (state.isHanging) return;
    readAll(request).then(
      (body) => answer(standIn, request, body, response),
      () => response.destroy(),
    );
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(socket, resolve));
  return Object.assign(standIn, {
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  });
}

function answer(
  standIn: { state: StandInState; posts: number },
  request: IncomingMessage,
  body: string,
  response: ServerResponse,
): unknown {
  const { state } = standIn;
  const send = (status: number, text: string, headers: Record<string, string> = {}) =>
    response
      .writeHead(status, { 'Tailscale-Cap': '142', 'Tailscale-Version': '1.102.5', ...headers })
      .end(text);
  // ipn/localapi refuses every other name.
  if (request.headers.host !== 'local-tailscaled.sock') return send(403, 'invalid localapi request');
  const url = new URL(request.url ?? '/', 'http://local-tailscaled.sock');
  const name = url.pathname.replace('/localapi/v0/', '');
  if (name === 'status') return send(200, JSON.stringify(state.status, null, '\t'));
  if (name === 'prefs')
    return send(200, JSON.stringify(state.operator === '' ? {} : { OperatorUser: state.operator }));
  if (name === 'query-feature') return send(500, '{"error":"feature query: unsupported"}');
  if (name === 'whois') return whois(state, url.searchParams.get('addr') ?? '', send);
  if (name !== 'serve-config') return send(404, 'not found');
  const etag = () => createHash('sha256').update(JSON.stringify(state.serve)).digest('hex');
  if (request.method === 'GET')
    return send(200, JSON.stringify(state.serve), state.hasEtag ? { Etag: etag() } : {});
  standIn.posts += 1;
  if (!state.mayWrite) return send(403, 'serve config denied\n');
  state.beforeWrite?.();
  const expected = request.headers['if-match'];
  if (state.hasEtag && expected !== undefined && expected !== etag()) return send(412, 'etag mismatch\n');
  state.serve = JSON.parse(body);
  return send(200, '');
}

function whois(
  state: StandInState,
  address: string,
  send: (status: number, text: string) => unknown,
): unknown {
  const peer = state.peers[address];
  if (peer === undefined) return send(404, 'no match for IP:port\n');
  const { login, name, tags } = peer;
  return send(
    200,
    JSON.stringify({
      Node: { Name: `${name}.`, ...(tags === undefined ? {} : { Tags: tags }) },
      UserProfile: { ID: 2, LoginName: login, DisplayName: login },
      CapMap: null,
    }),
  );
}

async function readAll(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer); // no encoding was set
  return Buffer.concat(chunks).toString('utf8');
}
