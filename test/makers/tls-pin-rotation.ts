import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { Maker } from './maker.ts';

export const maker: Maker = {
  id: 'tls/pin-rotation',
  base: 'serving',
  make: ({ home, configure }) => {
    const certificate = join(home, 'cert.pem');
    const key = join(home, 'key.pem');
    execFileSync(
      'openssl',
      [
        ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '3'],
        ...['-subj', '/CN=localhost', '-keyout', key, '-out', certificate],
      ],
      { stdio: 'ignore' },
    );
    configure((config) => {
      config.gateway.tls = { enabled: true, certPath: certificate, keyPath: key };
    });
    return undefined;
  },
  mend: {
    byHand: ({ configure }) =>
      configure((config) => {
        delete config.gateway.tls;
      }),
    because: 'a certificate is renewed where it comes from',
  },
};
