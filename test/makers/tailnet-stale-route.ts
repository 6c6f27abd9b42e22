import type { Maker } from './maker.ts';
import { needsRoot, RUNNING, standInTailscale, withoutRoutes } from './parts/stand-in-tailscale.ts';

export const maker: Maker = {
  id: 'tailnet/stale-route',
  base: 'serving',
  skip: needsRoot,
  make: (setup) => {
    return standInTailscale(setup, {
      status: RUNNING,
      serve: {
        Web: { 'box.example.ts.net:443': { Handlers: { '/': { Proxy: 'http://127.0.0.1:19001' } } } },
      },
    });
  },
  mend: { byHand: withoutRoutes, because: 'the tailnet client is a stand-in' },
};
