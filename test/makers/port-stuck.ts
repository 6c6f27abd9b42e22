import type { Maker } from './maker.ts';
import { stopBySignal } from './parts/stopped.ts';

export const maker: Maker = {
  id: 'port/stuck',
  base: 'serving',
  make: async (setup) => {
    if (setup.gateway === undefined) throw new Error('no gateway was started');
    await stopBySignal(setup, setup.gateway);
    return undefined;
  },
};
