import type { Maker } from './maker.ts';
import { needsRoot, standInTailscale } from './parts/stand-in-tailscale.ts';

export const maker: Maker = {
  id: 'tailnet/state',
  base: 'serving',
  skip: needsRoot,
  make: (setup) => {
    setup.configure((config) => {
      config.gateway.tailscale = { mode: 'serve' };
    });
    return standInTailscale(setup, { status: { BackendState: 'NeedsLogin' } });
  },
  mend: {
    byHand: ({ configure }) =>
      configure((config) => {
        delete config.gateway.tailscale;
      }),
    because: 'the tailnet client is a stand-in',
  },
};
