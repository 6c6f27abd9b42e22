import type { Maker } from './maker.ts';
import { needsRoot, RUNNING, standInTailscale } from './parts/stand-in-tailscale.ts';

export const maker: Maker = {
  id: 'tailnet/absent-route',
  base: 'serving',
  skip: needsRoot,
  make: (setup) => {
    setup.configure((config) => {
      config.gateway.tailscale = { mode: 'serve' };
    });
    return standInTailscale(setup, { status: RUNNING });
  },
  mend: {
    byHand: ({ configure }) =>
      configure((config) => {
        delete config.gateway.tailscale;
      }),
    because: 'the tailnet client is a stand-in',
  },
};
