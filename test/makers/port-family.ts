import type { Maker } from './maker.ts';
import { endHttp, startHttp } from './parts/other-program.ts';
import { gatewayAnswers, until } from './setup.ts';

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
    await until('the gateway to answer', () => gatewayAnswers(port));
    return undefined;
  },
  mend: { byHand: (setup) => endHttp(setup.t), because: 'the other program is ended by whom it belongs to' },
};
