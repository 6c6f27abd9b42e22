import type { Maker } from './maker.ts';
import { startHttp } from './parts/other-program.ts';

export const maker: Maker = {
  id: 'port/foreign',
  base: 'stopped',
  make: async ({ t, port }) => {
    await startHttp(t, '127.0.0.1', port);
    return undefined;
  },
};
