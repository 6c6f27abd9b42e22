import { connect, type DetailedPeerCertificate, type TLSSocket } from 'node:tls';
import { parsePins, trustSystemAuthorities, whyNotPinned } from '../../protocol/host/index.ts';
import { viewPeer } from '../../supervisor/tailscale/index.ts';
import { askHealth } from './ask-health.ts';
import { apartText, type ClockReading, readClock, timeText } from './clock.ts';
import { failed, passed, read, run, type StepResult } from './step.ts';
import { serverNameOf, type Target } from './target.ts';

const DAY_MS = 86_400_000;

/** Is the certificate valid for the name, today, and trusted here? */
export async function checkCertificate(target: Target, address: string): Promise<StepResult> {
  const { port, deadlineMs, pins } = target;
  trustSystemAuthorities();
  return new Promise((resolve) => {
    const socket = connect({
      host: address,
      port,
      servername: serverNameOf(target),
      rejectUnauthorized: false,
      timeout: deadlineMs,
    });
    const end = (result: StepResult | Promise<StepResult>) => {
      socket.destroy();
      resolve(result);
    };
    socket.on('secureConnect', () => {
      const verdict = pins === undefined ? judge(socket, target, address) : judgePinned(socket, pins);
      end(verdict);
    });
    socket.on('timeout', () =>
      end(failed('tls', `no TLS handshake within ${deadlineMs} ms`, { fault: 'server' })),
    );
    socket.on('error', (cause: NodeJS.ErrnoException) => end(broken(target, address, cause)));
  });
}

function judgePinned(socket: TLSSocket, pins: string): StepResult {
  const certificate = socket.getPeerCertificate(true);
  const mismatch = whyNotPinned(socket, parsePins(pins) ?? []);
  if (mismatch === undefined) {
    return passed(
      'tls',
      `the pinned certificate, ${daysLeft(certificate)} days left, issued by ${issuerOf(certificate)}`,
    );
  }
  return failed('tls', mismatch, {
    fault: 'certificate',
    exitClass: 78,
    remedies: [run('clawdbot', 'node', 'pin', /its key ([0-9a-f]{64})/.exec(mismatch)?.[1] ?? 'SHA256')],
  });
}

function judge(socket: TLSSocket, target: Target, address: string): StepResult | Promise<StepResult> {
  const { host, port } = target;
  const certificate = socket.getPeerCertificate(true);
  const issuer = issuerOf(certificate);
  if (socket.authorized) {
    const text = `valid for ${host}, ${daysLeft(certificate)} days left, issued by ${issuer}`;
    return { step: 'tls', result: 'ok', text, validToMs: Date.parse(certificate.valid_to) };
  }
  const code = String(socket.authorizationError);
  if (/EXPIRED|NOT_YET_VALID/.test(code)) return judgeDates(certificate, target, address);
  if (/ALTNAME/.test(code)) {
    const names = namesOf(certificate);
    return failed(
      'tls',
      `the certificate is not for ${host} but for ${names.join(', ') || certificate.subject?.CN || 'no name'}`,
      {
        fault: 'name',
        exitClass: 78,
        remedies: names.slice(0, 1).map((name) => run('clawdbot', 'probe', `https://${name}:${port}/`)),
      },
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

/** A certificate out of its time, or a clock? The server's own clock is the witness: it says the time in every answer. */
async function judgeDates(
  certificate: DetailedPeerCertificate,
  target: Target,
  address: string,
): Promise<StepResult> {
  const { host } = target;
  const answer = await askHealth(target, address);
  const clock = answer.kind === 'answered' ? readClock(answer.date) : undefined;
  const hereMs = clock?.hereMs ?? Date.now();
  const chain = chainOf(certificate);
  const culprit = chain.find((each) => !isValidAt(each, hereMs)) ?? certificate;
  const isEarly = hereMs < Date.parse(culprit.valid_from);
  const span = `the certificate of ${culprit.subject?.CN ?? host} is valid from ${dateText(culprit.valid_from)} to ${dateText(culprit.valid_to)}`;
  // That the authority should have dated a certificate ahead is less likely than a clock that is behind.
  const isClock =
    clock === undefined ? isEarly : isEarly || chain.every((each) => isValidAt(each, clock.thereMs));
  const now = clock === undefined ? `here it is ${timeText(hereMs)}` : nowText(clock);
  return failed('tls', `${span}; ${now}${isClock ? `: ${whoseClock(clock, isEarly)}` : ''}`, {
    fault: isClock ? 'clock' : 'certificate',
    exitClass: 69,
    remedies: isClock
      ? [run('timedatectl', 'status')]
      : [read(`On ${host}: sudo tailscale cert ${host}`), run('timedatectl', 'status')],
  });
}

function nowText(clock: ClockReading): string {
  return clock.isWrong ? apartText(clock) : `here and on the server it is ${timeText(clock.hereMs)}`;
}

function whoseClock(clock: ClockReading | undefined, isEarly: boolean): string {
  if (isEarly && clock?.isWrong === false) return 'both clocks are behind';
  return isEarly ? 'the clock of this machine is behind' : 'one of the clocks is wrong';
}

/** What OpenSSL makes of an answer that is no TLS record, as Node 24 names it. */
const NO_TLS: ReadonlySet<string> = new Set([
  'ERR_SSL_WRONG_VERSION_NUMBER',
  'ERR_SSL_PACKET_LENGTH_TOO_LONG',
  'ERR_SSL_DATA_LENGTH_TOO_LONG',
]);

async function broken(target: Target, address: string, cause: NodeJS.ErrnoException): Promise<StepResult> {
  const { host, port } = target;
  if (NO_TLS.has(cause.code ?? '')) {
    return failed('tls', `port ${port} does not speak TLS`, {
      fault: 'route',
      exitClass: 69,
      remedies: [read(`On ${host}: clawdbot tailscale status`)],
    });
  }
  const said = `the server ends the TLS handshake (${cause.code ?? cause.message})`;
  const peer = await viewPeer(address);
  // tailscaled answers to the full name alone, whatever else leads to the machine.
  if (peer.kind === 'known' && peer.name !== host.toLowerCase()) {
    return failed('tls', `${said}: ${host} is ${peer.name}, and a certificate is only for that name`, {
      fault: 'name',
      exitClass: 78,
      remedies: [run('clawdbot', 'probe', `https://${peer.name}:${port}/`)],
    });
  }
  // tailscaled without a valid certificate ends the handshake with an alert, or without a word.
  return failed('tls', `${said}: it has no valid certificate for ${host}`, {
    fault: 'certificate',
    exitClass: 69,
    remedies: [read(`On ${host}: sudo tailscale cert ${host}`)],
  });
}

/** The certificate and its issuers, as far as the server or this system has them; a root is its own issuer. */
function chainOf(leaf: DetailedPeerCertificate): DetailedPeerCertificate[] {
  const chain: DetailedPeerCertificate[] = [];
  let at: DetailedPeerCertificate | undefined = leaf;
  while (at?.fingerprint256 !== undefined && !chain.includes(at)) {
    chain.push(at);
    at = at.issuerCertificate;
  }
  return chain;
}

function isValidAt({ valid_from, valid_to }: DetailedPeerCertificate, ms: number): boolean {
  return Date.parse(valid_from) <= ms && ms <= Date.parse(valid_to);
}

function daysLeft({ valid_to }: DetailedPeerCertificate): number {
  return Math.floor((Date.parse(valid_to) - Date.now()) / DAY_MS);
}

function issuerOf({ issuer }: DetailedPeerCertificate): string {
  return [issuer?.O, issuer?.CN].flat().filter(Boolean).join(' ') || 'nobody';
}

function namesOf({ subjectaltname = '' }: DetailedPeerCertificate): string[] {
  return [...subjectaltname.matchAll(/DNS:([^,\s]+)/g)].flatMap(([, name]) => (name ? [name] : []));
}

function dateText(date: string): string {
  return timeText(Date.parse(date));
}
