import type { Maker } from './maker.ts';
import { needsRoot, RUNNING, standInTailscale, withoutRoutes } from './parts/stand-in-tailscale.ts';

export const maker: Maker = {
  id: 'tailnet/foreground',
  base: 'serving',
  skip: needsRoot,
  make: (setup) => {
    const web = {
      [`box.example.ts.net:${setup.port}`]: {
        Handlers: { '/': { Proxy: `http://127.0.0.1:${setup.port}` } },
      },
    };
    return standInTailscale(setup, { status: RUNNING, serve: { Foreground: { s1: { Web: web } } } });
  },
  mend: { byHand: withoutRoutes, because: 'the tailnet client is a stand-in' },
};
