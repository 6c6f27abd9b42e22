import type { Maker } from './maker.ts';
import { gatewayAnswers, until } from './setup.ts';

export const maker: Maker = {
  id: 'sec/exposed',
  base: 'stopped',
  make: async ({ configure, clawdbot, port }) => {
    configure((config) => {
      config.gateway.bind = 'lan';
      // As installed: the remedy changes the config, and the gateway follows it.
      delete config.gateway.reload;
    });
    clawdbot('gateway', 'run');
    await until('the gateway to answer', () => gatewayAnswers(port));
    return undefined;
  },
};
