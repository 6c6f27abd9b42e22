import { join } from 'node:path';
import { cleanUp } from '../clean-up.ts';
import { RECORDED_STATUS, startStandIn } from '../tailnet/stand-in-daemon.ts';
import type { Maker } from './maker.ts';

export const maker: Maker = {
  id: 'tailnet/not-enabled',
  base: 'serving',
  make: async (setup) => {
    setup.configure((config) => {
      config.gateway.tailscale = { mode: 'serve' };
    });
    const socket = join(setup.home, 'tailscaled.sock');
    const daemon = await startStandIn(socket, { status: { ...RECORDED_STATUS, CertDomains: null } });
    cleanUp(setup.t, () => daemon.close());
    return { tailscaleSocket: socket };
  },
  mend: {
    byHand: ({ configure }) =>
      configure((config) => {
        delete config.gateway.tailscale;
      }),
    because: 'the tailnet client is a stand-in',
  },
};
