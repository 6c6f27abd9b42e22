import type { Maker } from './maker.ts';
import { needsRoot, RUNNING, standInTailscale, withoutRoutes } from './parts/stand-in-tailscale.ts';

export const maker: Maker = {
  id: 'tailnet/funnel',
  base: 'serving',
  skip: needsRoot,
  make: (setup) => {
    const host = 'box.example.ts.net:443';
    return standInTailscale(setup, {
      status: RUNNING,
      serve: {
        Web: { [host]: { Handlers: { '/': { Proxy: `http://127.0.0.1:${setup.port}` } } } },
        AllowFunnel: { [host]: true },
      },
    });
  },
  mend: { byHand: withoutRoutes, because: 'the tailnet client is a stand-in' },
};
