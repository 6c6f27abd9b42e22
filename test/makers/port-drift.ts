import type { Maker } from './maker.ts';

export const maker: Maker = {
  id: 'port/drift',
  base: 'serving',
  make: ({ configure, port }) => {
    configure((config) => {
      config.gateway.port = port + 7;
    });
    return undefined;
  },
};
