import { hostAndPort } from './host-and-port.ts';

/** What came of one HTTP request. */
export type HttpAnswer =
  | { kind: 'answered'; status: number; body: string; date: string | undefined }
  /** Connected or not, nothing came in time. */
  | { kind: 'silent' }
  /** The answer began and broke off. */
  | { kind: 'broken'; reason: string }
  /** No HTTP answer at all; `code` is that of the system error, when it was one. */
  | { kind: 'failed'; code: string | undefined; reason: string };

export type HttpQuestion = {
  scheme: 'http' | 'https';
  /** Numeric. */
  address: string;
  port: number;
  path: string;
  /** The `Host` header. Default: address and port. */
  host?: string;
  /** The name asked for over TLS (SNI). */
  serverName?: string;
  timeoutMs: number;
};

/** 64 KiB: an identity is some hundred bytes; a foreign server may stream for ever. What comes after is cut off. */
const MAX_BYTES = 65_536;

/**
 * One GET to a numeric address, bounded in time and size, no redirects. The certificate is not checked: who asks holds the
 * answer against what the kernel says about the socket, or has judged the certificate before. Never throws.
 */
export function askHttp(question: HttpQuestion): Promise<HttpAnswer> {
  const { scheme, address, port, path, serverName, timeoutMs } = question;
  // Loaded here: a start without a conflict need not pay for it. Not by `import`: that reads every export, and one of
  // `node:http` (its WebSocket) loads all of undici, 24 ms of an answer.
  const { request } = process.getBuiltinModule(scheme === 'http' ? 'node:http' : 'node:https');
  return new Promise((resolve) => {
    const signal = AbortSignal.timeout(timeoutMs);
    const headers = { host: question.host ?? hostAndPort(address, port) };
    const named = serverName === undefined ? {} : { servername: serverName };
    const options = { host: address, port, path, headers, agent: false, signal, ...named };
    const query = request({ ...options, rejectUnauthorized: false }, (response) => {
      let body = '';
      const end = () => {
        resolve({
          kind: 'answered',
          status: response.statusCode ?? 0,
          body: body.slice(0, MAX_BYTES),
          date: response.headers.date,
        });
      };
      response.setEncoding('utf8');
      response.on('data', (text: string) => {
        body += text;
        if (body.length <= MAX_BYTES) return;
        end();
        query.destroy();
      });
      response.on('end', end);
      response.on('error', (cause) =>
        resolve(signal.aborted ? { kind: 'silent' } : { kind: 'broken', reason: cause.message }),
      );
    });
    // Nobody asked for it, so Node drops the connection, and then says neither `response` nor `error`.
    query.on('upgrade', ({ statusCode = 0, headers }, socket) => {
      socket.destroy();
      resolve({ kind: 'answered', status: statusCode, body: '', date: headers.date });
    });
    query.on('error', (cause: NodeJS.ErrnoException) =>
      resolve(
        signal.aborted ? { kind: 'silent' } : { kind: 'failed', code: cause.code, reason: cause.message },
      ),
    );
    query.end();
  });
}

/** An address as others can be told it: a wildcard is asked through the loopback of its family. */
export function reachableAddress(address: string): string {
  if (address === '0.0.0.0') return '127.0.0.1';
  return address === '::' ? '::1' : address;
}
