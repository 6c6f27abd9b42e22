import type { Maker } from './maker.ts';

export const maker: Maker = {
  id: 'port/ephemeral',
  base: 'stopped',
  also: ['gateway/down'],
  make: ({ configure }) => {
    configure((config) => {
      config.gateway.port = 45_678;
    });
    return undefined;
  },
  mend: { typed: [1] },
};
