import { createPrivateKey, X509Certificate } from 'node:crypto';
import { chmodSync, existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Config,
  ensurePrivateDirectory,
  errorText,
  OpsError,
  readTextIfPresent,
} from '../../state/index.ts';

export type TlsMaterial = { cert: string; key: string; ca: string | undefined; minVersion: 'TLSv1.2' };

/**
 * Certificate and key to serve with: the configured files, else the generated pair in the state directory, made now
 * when there is none (gateway-protocol §21). The generated one carries 127.0.0.1, ::1 and localhost, so that clients
 * that check names accept it (F-74).
 * @throws `state/unreadable` for missing or unreadable files, `child/spawn` when openssl cannot make a pair
 */
export async function tlsMaterial(
  tls: Config['gateway']['tls'],
  tlsDir: string,
  names: readonly string[],
): Promise<TlsMaterial> {
  const certPath = tls.certPath ?? join(tlsDir, 'gateway-cert.pem');
  const keyPath = tls.keyPath ?? join(tlsDir, 'gateway-key.pem');
  const isMissing = !existsSync(certPath) && !existsSync(keyPath);
  if (isMissing && tls.autoGenerate) await generate(certPath, keyPath, tlsDir, names);
  const [cert, key] = [read(certPath), read(keyPath)];
  refuseUnlessPair({ cert, certPath, key, keyPath });
  return {
    cert,
    key,
    ca: tls.caPath === undefined ? undefined : read(tls.caPath),
    minVersion: 'TLSv1.2',
  };
}

/** Node starts a TLS server with any text as its key; then every handshake fails and nobody knows why. */
function refuseUnlessPair(pair: { cert: string; certPath: string; key: string; keyPath: string }): void {
  const evidence = { certPath: pair.certPath, keyPath: pair.keyPath };
  let isPair: boolean;
  try {
    isPair = new X509Certificate(pair.cert).checkPrivateKey(createPrivateKey(pair.key));
  } catch (cause) {
    throw new OpsError(
      'state/damaged',
      `cannot serve TLS with ${pair.certPath} and ${pair.keyPath}: ${errorText(cause)}; they were left as they are`,
      { cause, evidence },
    );
  }
  if (isPair) return;
  throw new OpsError(
    'state/damaged',
    `cannot serve TLS: the key ${pair.keyPath} does not belong to ${pair.certPath}`,
    { evidence },
  );
}

function read(path: string): string {
  const text = readTextIfPresent(path);
  if (text !== undefined) return text;
  throw new OpsError('state/unreadable', `cannot serve TLS: ${path} is missing`, {
    evidence: { path },
    remedies: [{ kind: 'read', text: 'Set gateway.tls.certPath and keyPath, or gateway.tls.autoGenerate.' }],
  });
}

async function generate(
  certPath: string,
  keyPath: string,
  tlsDir: string,
  names: readonly string[],
): Promise<void> {
  const { spawn } = await import('node:child_process');
  ensurePrivateDirectory(tlsDir);
  const [newCert, newKey] = [`${certPath}.new`, `${keyPath}.new`];
  const san = ['DNS:localhost', 'IP:127.0.0.1', 'IP:::1', ...names.map((name) => `DNS:${name}`)].join(',');
  const child = spawn(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'rsa:2048', '-sha256', '-days', '3650', '-nodes', '-batch'],
      ...['-subj', '/CN=clawdbot-gateway', '-addext', `subjectAltName=${san}`],
      ...['-keyout', newKey, '-out', newCert],
    ],
    { stdio: ['ignore', 'ignore', 'pipe'], env: { PATH: '/usr/bin:/bin:/usr/local/bin', LC_ALL: 'C' } },
  );
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint = `${complaint}${text}`.slice(-500);
  });
  const status = await new Promise<number | string>((resolve) => {
    child.once('error', (cause) => resolve(errorText(cause)));
    child.once('close', (code, signal) => resolve(code ?? signal ?? 'unknown end'));
  });
  if (status !== 0) {
    throw new OpsError(
      'child/spawn',
      `cannot make a certificate: openssl ended with ${status}: ${complaint.trim()}`,
      {
        evidence: { status },
        remedies: [{ kind: 'read', text: 'Install openssl, or set gateway.tls.certPath and keyPath.' }],
      },
    );
  }
  chmodSync(newKey, 0o600);
  chmodSync(newCert, 0o600);
  // The key first: a certificate without its key would be taken for a configured pair at the next start.
  renameSync(newKey, keyPath);
  renameSync(newCert, certPath);
}
