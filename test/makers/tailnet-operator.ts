import type { Maker } from './maker.ts';
import { needsRoot, RUNNING, standInTailscale } from './parts/stand-in-tailscale.ts';

export const maker: Maker = {
  id: 'tailnet/operator',
  base: 'serving',
  skip: needsRoot,
  make: (setup) => {
    setup.configure((config) => {
      config.gateway.tailscale = { mode: 'serve' };
    });
    return standInTailscale(setup, {
      status: RUNNING,
      script: `case "$1" in status) cat ${setup.home}/helpers/status.json;; *) echo 'Access denied: serve config denied' >&2; exit 1;; esac`,
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
