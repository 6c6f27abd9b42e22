import type { Maker } from './maker.ts';
import { needsRoot, RUNNING, standInTailscale } from './parts/stand-in-tailscale.ts';

/** The route is there, and the name leads nowhere: MagicDNS does not reach this machine's resolver. */
export const maker: Maker = {
  id: 'tailnet/end-to-end',
  base: 'serving',
  skip: needsRoot,
  make: (setup) => {
    setup.configure((config) => {
      config.gateway.tailscale = { mode: 'serve' };
    });
    const web = {
      [`box.example.ts.net:${setup.port}`]: {
        Handlers: { '/': { Proxy: `http://127.0.0.1:${setup.port}` } },
      },
    };
    return standInTailscale(setup, { status: RUNNING, serve: { Web: web } });
  },
  mend: {
    byHand: ({ configure }) =>
      configure((config) => {
        delete config.gateway.tailscale;
      }),
    because: 'the tailnet client is a stand-in',
  },
};
