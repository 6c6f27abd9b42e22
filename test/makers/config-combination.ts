import type { Maker } from './maker.ts';

export const maker: Maker = {
  id: 'config/combination',
  base: 'serving',
  make: ({ configure }) => {
    configure((config) => {
      config.gateway.auth = { mode: 'token' };
    });
    return undefined;
  },
  mend: {
    byHand: ({ configure }) =>
      configure((config) => {
        config.gateway.auth = { mode: 'token', token: 'another-token-0123456789' };
      }),
    because: 'the token is for a person to choose',
  },
};
