import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Maker } from './maker.ts';
import { gatewayAnswers, until } from './setup.ts';

export const maker: Maker = {
  id: 'tls/self-signed',
  base: 'stopped',
  make: async ({ configure, clawdbot, port, paths }) => {
    mkdirSync(paths.tlsDir, { recursive: true, mode: 0o700 });
    const [certificate, key] = ['gateway-cert.pem', 'gateway-key.pem'].map((name) =>
      join(paths.tlsDir, name),
    );
    // As the published program makes it: one name that nobody uses.
    execFileSync(
      'openssl',
      [
        ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '365'],
        ...['-subj', '/CN=clawdbot-gateway', '-keyout', key ?? '', '-out', certificate ?? ''],
      ],
      { stdio: 'ignore' },
    );
    configure((config) => {
      config.gateway.tls = { enabled: true };
    });
    clawdbot('gateway', 'run');
    await until('the gateway to answer', () => gatewayAnswers(port, 'https'));
    return undefined;
  },
  mend: { typed: [0, 1, 2, 3] },
  mayChange: /\/gateway\/tls\//,
};
