import { statSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { dirname } from 'node:path';
import { errorText, systemErrorCode } from '../../state/index.ts';

// Not by `import`: that reads every export, and one of `node:http` (its WebSocket) loads all of undici.
const { request: httpRequest } = process.getBuiltinModule('node:http');

/** Where tailscaled listens on Linux (paths/paths_unix.go). */
const LOCAL_API_SOCKET = '/var/run/tailscale/tailscaled.sock';

/** What came of a question to tailscaled. */
export type LocalAnswer =
  | { kind: 'answered'; status: number; body: string; etag: string | undefined }
  | Absence
  | { kind: 'late'; afterMs: number };

/** `down`: no socket, or nobody behind it; `unusable`: one that does not answer as it should, or may not be trusted. */
export type Absence = { kind: 'absent'; cause: 'down' | 'unusable'; reason: string };

export type LocalQuestion = {
  /** Default `/var/run/tailscale/tailscaled.sock`. */
  socket?: string | undefined;
  /** Below `/localapi/v0/`. */
  path: string;
  /** Default GET. */
  post?: { body: string; ifMatch?: string | undefined };
  deadlineMs: number;
};

/** 4 MiB: the status of a tailnet of ten thousand machines has about 3. */
const MAX_BODY_BYTES = 4 * 1024 * 1024;

/**
 * Asks tailscaled over its socket (client/local: HTTP, any account may read, root and the operator may write). Never
 * throws. The socket counts only when it and its directory belong to root or to this account: another local account
 * could otherwise put its own there and confirm any identity (field failure F-100).
 */
export function askTailscaled(question: LocalQuestion): Promise<LocalAnswer> {
  const { socket = LOCAL_API_SOCKET, path, post, deadlineMs } = question;
  const distrust = whyNotTrusted(socket);
  if (distrust !== undefined) return Promise.resolve(distrust);
  return new Promise((resolve) => {
    const request = httpRequest({
      socketPath: socket,
      path: `/localapi/v0/${path}`,
      method: post === undefined ? 'GET' : 'POST',
      agent: false,
      headers: {
        // tailscaled refuses other names, against rebinding by web pages (ipn/localapi, validHost).
        Host: 'local-tailscaled.sock',
        ...(post === undefined ? {} : { 'Content-Length': Buffer.byteLength(post.body) }),
        ...(post?.ifMatch === undefined ? {} : { 'If-Match': post.ifMatch }),
      },
    });
    const timer = setTimeout(() => {
      resolve({ kind: 'late', afterMs: deadlineMs });
      request.destroy();
    }, deadlineMs);
    const end = (answer: LocalAnswer): void => {
      clearTimeout(timer);
      resolve(answer);
    };
    request.on('error', (cause) => end(absence(socket, cause)));
    request.on('response', (response) => {
      readBody(response).then(
        (body) => end({ kind: 'answered', status: response.statusCode ?? 0, body, etag: etagOf(response) }),
        (cause: unknown) => end(absence(socket, cause)),
      );
    });
    request.end(post?.body);
  });
}

function whyNotTrusted(socket: string): Absence | undefined {
  try {
    const accounts = new Set([0, process.geteuid?.() ?? 0]);
    for (const path of [socket, dirname(socket)]) {
      const { uid } = statSync(path);
      if (!accounts.has(uid))
        return { kind: 'absent', cause: 'unusable', reason: `${path} belongs to uid ${uid}, not to root` };
    }
    return undefined;
  } catch (cause) {
    return absence(socket, cause);
  }
}

function absence(socket: string, thrown: unknown): Absence {
  const code = systemErrorCode(thrown);
  const down = (why: string): Absence => ({
    kind: 'absent',
    cause: 'down',
    reason: `tailscaled does not run: ${why} ${socket}`,
  });
  if (code === 'ENOENT') return down('there is no');
  if (code === 'ECONNREFUSED') return down('nobody listens on');
  const reason = `tailscaled cannot be asked over ${socket}: ${code ?? errorText(thrown)}`;
  return { kind: 'absent', cause: 'unusable', reason };
}

async function readBody(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) throw new Error(`answer of more than ${MAX_BODY_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function etagOf({ headers }: IncomingMessage): string | undefined {
  return typeof headers.etag === 'string' && headers.etag !== '' ? headers.etag : undefined;
}
