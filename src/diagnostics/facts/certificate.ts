import { X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import { errorText, readTextIfPresent } from '../../state/index.ts';
import type { ConfigFact } from './config.ts';
import type { Context } from './context.ts';

export type CertificateFact =
  /** TLS is off, or the gateway has not made one yet. */
  | { kind: 'none' }
  | { kind: 'unusable'; path: string; reason: string }
  | {
      kind: 'present';
      path: string;
      fingerprint: string;
      validFromMs: number;
      validToMs: number;
      /** Names a local client needs that it does not carry. */
      missingNames: readonly string[];
      /** Made by the gateway itself; it makes a new one when asked. */
      isGenerated: boolean;
    };

/** The certificate the gateway would serve with. */
export function collectCertificate({ paths }: Context, { config }: ConfigFact): CertificateFact {
  const { tls } = config.gateway;
  if (!tls.enabled) return { kind: 'none' };
  const path = tls.certPath ?? join(paths.tlsDir, 'gateway-cert.pem');
  try {
    const text = readTextIfPresent(path);
    if (text === undefined) {
      return tls.certPath === undefined
        ? { kind: 'none' }
        : { kind: 'unusable', path, reason: 'it does not exist' };
    }
    const certificate = new X509Certificate(text);
    return {
      kind: 'present',
      path,
      fingerprint: certificate.fingerprint256,
      validFromMs: Date.parse(certificate.validFrom),
      validToMs: Date.parse(certificate.validTo),
      missingNames: [
        ...(certificate.checkHost('localhost') === undefined ? ['localhost'] : []),
        ...['127.0.0.1', '::1'].filter((address) => certificate.checkIP(address) === undefined),
      ],
      isGenerated: tls.certPath === undefined,
    };
  } catch (thrown) {
    return { kind: 'unusable', path, reason: errorText(thrown) };
  }
}
