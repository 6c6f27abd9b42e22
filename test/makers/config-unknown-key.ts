import type { Maker } from './maker.ts';

export const maker: Maker = {
  id: 'config/unknown-key',
  base: 'serving',
  make: ({ configure }) => {
    configure((config) => {
      config.gateway.prot = 1;
    });
    return undefined;
  },
};
