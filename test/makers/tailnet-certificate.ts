import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import * as tls from 'node:tls';
import { writeRouteRecord } from '../../src/supervisor/tailscale/index.ts';
import { cleanUp } from '../clean-up.ts';
import { freePort } from '../free-port.ts';
import type { Maker } from './maker.ts';
import { needsRoot, standInTailscale } from './parts/stand-in-tailscale.ts';
import type { Setup } from './setup.ts';

/** tailscaled serves `https://localhost:PORT/` to the gateway, with a certificate it has failed to renew. */
export const maker: Maker = {
  id: 'tailnet/certificate',
  base: 'serving',
  skip: needsRoot,
  make: async (setup) => {
    const port = await freePort();
    const server = tls.createServer(issue(setup, 6), (visitor) => {
      const gateway = connect(setup.port, '127.0.0.1');
      for (const end of [visitor, gateway]) end.on('error', () => end.destroy());
      visitor.pipe(gateway).pipe(visitor);
    });
    servers.set(setup.home, server);
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    cleanUp(setup.t, () => server.close());
    setup.configure((config) => {
      config.gateway.tailscale = { mode: 'serve' };
    });
    const route = { name: 'localhost', port, gatewayPort: setup.port, isFunnel: false };
    writeRouteRecord(setup.paths.stateDir, { ...route, madeAtMs: Date.now() });
    const handlers = { '/': { Proxy: `http://127.0.0.1:${setup.port}` } };
    return standInTailscale(setup, {
      status: { BackendState: 'Running', Self: { DNSName: 'localhost.' } },
      serve: { Web: { [`localhost:${port}`]: { Handlers: handlers } } },
    });
  },
  mend: {
    byHand: (setup) => servers.get(setup.home)?.setSecureContext(issue(setup, 80)),
    because: 'the tailnet client is a stand-in',
  },
};

const servers = new Map<string, tls.Server>();

/** A certificate for `localhost` that this process trusts. */
function issue({ home }: Setup, days: number): { cert: string; key: string } {
  const [cert, key] = [join(home, 'served.pem'), join(home, 'served.key')];
  execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'],
      ...[
        '-days',
        String(days),
        '-subj',
        `/CN=made for ${days} days`,
        '-addext',
        'subjectAltName=DNS:localhost',
      ],
      ...['-keyout', key, '-out', cert],
    ],
    { stdio: 'ignore' },
  );
  const text = readFileSync(cert, 'utf8');
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), text]);
  return { cert: text, key: readFileSync(key, 'utf8') };
}
