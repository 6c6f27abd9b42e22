import { createHash, timingSafeEqual, X509Certificate } from 'node:crypto';
import * as tls from 'node:tls';

/** At most two: the one in use and the next one. More would be a list nobody reads. */
const MOST_PINS = 2;

/**
 * Pins as people write them: one or two SHA-256 digests in hex, separated by a comma, colons and case do not matter,
 * `sha256:` in front is allowed. Undefined for anything else.
 */
export function parsePins(text: string): Buffer[] | undefined {
  const parts = text.split(',').map((part) => part.trim().replace(/^sha256[:=]/i, ''));
  const isFine =
    parts.length <= MOST_PINS && parts.every((part) => /^([0-9a-f]{2}[:\s]?){31}[0-9a-f]{2}$/i.test(part));
  return isFine ? parts.map((part) => Buffer.from(part.replaceAll(/[:\s]/g, ''), 'hex')) : undefined;
}

/**
 * Why the certificate a server showed is none of the pinned ones, or undefined when it is. A pin is the digest of the
 * server's certificate, or of its public key (which survives a renewal that keeps the key), or of either of an
 * authority of its chain; an authority counts only when the system verified the whole chain and the name. Node gives the
 * chain with the root the system trusts, which servers do not send.
 */
export function whyNotPinned(socket: tls.TLSSocket, pins: readonly Buffer[]): string | undefined {
  const [leaf, ...authorities] = shownBy(socket);
  if (leaf === undefined) return 'gateway tls fingerprint mismatch: the server showed no certificate';
  const chain = [leaf, ...(socket.authorized ? authorities : [])];
  if (
    chain.some((certificate) =>
      digestsOf(certificate).some((found) => pins.some((pin) => isSame(pin, found))),
    )
  ) {
    remember(socket.servername, leaf);
    return undefined;
  }
  const pinned = pins.map((pin) => pin.toString('hex')).join(' or ');
  const [own, key] = digestsOf(leaf).map((digest) => digest.toString('hex'));
  const seen = remember(socket.servername, leaf);
  return (
    `gateway tls fingerprint mismatch: pinned ${pinned}, found ${own} (its key ${key}), ` +
    `issued by ${oneLine(leaf.issuer)}, valid until ${new Date(leaf.validTo).toISOString().slice(0, 10)}` +
    (seen > 1 ? `; the server has shown ${seen} different certificates since this program started` : '')
  );
}

let systemTrusted = false;

/**
 * From here on this process trusts the authorities of the operating system besides those of Node: what an administrator
 * added with update-ca-certificates counts, as it does for curl. 60 ms, once, so only before a `wss:` connection.
 */
export function trustSystemAuthorities(): void {
  if (systemTrusted) return;
  systemTrusted = true;
  const all = [...tls.getCACertificates('default'), ...tls.getCACertificates('system')];
  tls.setDefaultCACertificates([...new Set(all)]);
}

/** The server's certificate and its authorities: those it sent along, and a root this system trusts, which is its own issuer. */
function shownBy(socket: tls.TLSSocket): X509Certificate[] {
  const found: X509Certificate[] = [];
  let at: tls.DetailedPeerCertificate | undefined = socket.getPeerCertificate(true);
  while (at?.raw !== undefined && !found.some(({ raw }) => raw.equals(at?.raw ?? raw))) {
    found.push(new X509Certificate(at.raw));
    at = at.issuerCertificate;
  }
  return found;
}

function digestsOf(certificate: X509Certificate): [Buffer, Buffer] {
  const key = certificate.publicKey.export({ type: 'spki', format: 'der' });
  return [createHash('sha256').update(certificate.raw).digest(), createHash('sha256').update(key).digest()];
}

function isSame(one: Buffer, other: Buffer): boolean {
  return one.length === other.length && timingSafeEqual(one, other);
}

/** Name → certificates it showed: two that alternate are a different fault from one that was renewed (F-73). */
const shown = new Map<string, Set<string>>();

function remember(name: string | false | null, leaf: X509Certificate): number {
  const key = name || '';
  const all = shown.get(key) ?? new Set<string>();
  all.add(leaf.fingerprint256);
  shown.set(key, all);
  return all.size;
}

function oneLine(issuer: string): string {
  return issuer.replaceAll('\n', ', ');
}
