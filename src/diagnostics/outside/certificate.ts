import { connect, type TLSSocket } from 'node:tls';
import { parsePins, trustSystemAuthorities, whyNotPinned } from '../../protocol/host/index.ts';
import { failed, passed, read, run, type StepResult } from './step.ts';
import type { Target } from './target.ts';

const DAY_MS = 86_400_000;

/** Is the certificate valid for the name, today, and trusted here? */
export async function checkCertificate(target: Target, address: string): Promise<StepResult> {
  const { host, port, deadlineMs, pins } = target;
  trustSystemAuthorities();
  return new Promise((resolve) => {
    const socket = connect({
      host: address,
      port,
      servername: host,
      rejectUnauthorized: false,
      timeout: deadlineMs,
    });
    const end = (result: StepResult) => {
      socket.destroy();
      resolve(result);
    };
    socket.on('secureConnect', () => end(judge(socket, host, pins)));
    socket.on('timeout', () =>
      end(failed('tls', `no TLS handshake within ${deadlineMs} ms`, { fault: 'server' })),
    );
    socket.on('error', (cause: NodeJS.ErrnoException) => end(broken(target, cause)));
  });
}

function judge(socket: TLSSocket, host: string, pins: string | undefined): StepResult {
  const certificate = socket.getPeerCertificate(true);
  const validTo = Date.parse(certificate.valid_to);
  const days = Math.floor((validTo - Date.now()) / DAY_MS);
  const issuer = [certificate.issuer?.O, certificate.issuer?.CN].flat().filter(Boolean).join(' ') || 'nobody';
  const parsed = pins === undefined ? undefined : parsePins(pins);
  if (parsed !== undefined) {
    const mismatch = whyNotPinned(socket, parsed);
    return mismatch === undefined
      ? passed('tls', `the pinned certificate, ${days} days left, issued by ${issuer}`)
      : failed('tls', mismatch, {
          fault: 'certificate',
          exitClass: 78,
          remedies: [
            run('clawdbot', 'node', 'pin', /its key ([0-9a-f]{64})/.exec(mismatch)?.[1] ?? 'SHA256'),
          ],
        });
  }
  if (socket.authorized) return passed('tls', `valid for ${host}, ${days} days left, issued by ${issuer}`);
  const code = String(socket.authorizationError);
  const from = Date.parse(certificate.valid_from);
  if (/EXPIRED/.test(code)) {
    return failed(
      'tls',
      `the certificate expired ${-days} days ago (${new Date(validTo).toISOString()}); here it is ${new Date().toISOString()}`,
      {
        fault: days < -400 ? 'clock' : 'certificate',
        exitClass: 69,
        remedies: [run('timedatectl', 'status'), read(`On ${host}: sudo tailscale cert ${host}`)],
      },
    );
  }
  if (/NOT_YET_VALID/.test(code)) {
    return failed(
      'tls',
      `the certificate is valid from ${new Date(from).toISOString()}, and here it is ${new Date().toISOString()}: one of the clocks is wrong`,
      {
        fault: 'clock',
        exitClass: 69,
        remedies: [run('timedatectl', 'status')],
      },
    );
  }
  if (/ALTNAME/.test(code)) {
    return failed(
      'tls',
      `the certificate is not for ${host} but for ${certificate.subjectaltname ?? certificate.subject?.CN ?? 'no name'}`,
      { fault: 'name', exitClass: 69 },
    );
  }
  return failed('tls', `the certificate of ${host} is not trusted here (${code}), issued by ${issuer}`, {
    fault: 'certificate',
    exitClass: 69,
    remedies: [
      read('Add its authority to this system (update-ca-certificates), or pin it: clawdbot node pin SHA256'),
    ],
  });
}

function broken({ host, port }: Target, cause: NodeJS.ErrnoException): StepResult {
  if (/wrong version number|packet length too long|EPROTO.*http/i.test(cause.message)) {
    return failed('tls', `port ${port} does not speak TLS`, {
      fault: 'route',
      exitClass: 69,
      remedies: [read(`On ${host}: clawdbot tailscale status`)],
    });
  }
  // tailscaled without a valid certificate ends the handshake with an alert, or without a word.
  return failed(
    'tls',
    `the server ends the TLS handshake (${cause.code ?? cause.message}): it has no valid certificate for ${host}`,
    {
      fault: 'certificate',
      exitClass: 69,
      remedies: [read(`On ${host}: sudo tailscale cert ${host}`)],
    },
  );
}
