import type { Maker } from './maker.ts';

export const maker: Maker = {
  id: 'config/fallback',
  base: 'serving',
  make: ({ configure }) => {
    configure((config) => {
      config.logging = { level: 'loud' };
    });
    return undefined;
  },
};
