import type { Maker } from './maker.ts';
import { gatewayAnswers, until } from './setup.ts';

export const maker: Maker = {
  id: 'sec/host-origin',
  base: 'stopped',
  make: async ({ configure, clawdbot, port }) => {
    // The name the doctor asks under, allowed by mistake.
    configure((config) => {
      config.gateway.allowedHosts = ['rebound.invalid'];
    });
    clawdbot('gateway', 'run');
    await until('the gateway to answer', () => gatewayAnswers(port));
    return undefined;
  },
  mend: { typed: [1, 2, 3] },
};
