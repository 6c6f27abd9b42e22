import type { Maker } from './maker.ts';
import { startHttp } from './parts/other-program.ts';
import { until } from './setup.ts';

export const maker: Maker = {
  id: 'port/family',
  base: 'stopped',
  make: async ({ t, port, clawdbot, configure }) => {
    configure((config) => {
      config.gateway.bind = 'custom';
      config.gateway.customBindHost = '127.0.0.1';
    });
    await startHttp(t, '::1', port);
    clawdbot('gateway', 'run');
    await until('the gateway to answer', async () => {
      try {
        return (await fetch(`http://127.0.0.1:${port}/readyz`)).status === 200;
      } catch {
        return false;
      }
    });
    return undefined;
  },
};
