import type { Maker } from './maker.ts';
import { needsRoot, RUNNING, standInTailscale } from './parts/stand-in-tailscale.ts';

export const maker: Maker = {
  id: 'tailnet/foreign-route',
  base: 'serving',
  skip: needsRoot,
  make: (setup) => {
    setup.configure((config) => {
      config.gateway.tailscale = { mode: 'serve' };
    });
    return standInTailscale(setup, {
      status: RUNNING,
      serve: {
        Foreground: {
          s1: {
            Web: {
              [`box.example.ts.net:${setup.port}`]: { Handlers: { '/': { Proxy: 'http://127.0.0.1:3000' } } },
            },
          },
        },
      },
    });
  },
  mend: {
    byHand: ({ configure }) =>
      configure((config) => {
        delete config.gateway.tailscale;
      }),
    because: 'the tailnet client is a stand-in',
  },
};
