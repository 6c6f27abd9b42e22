import type { Maker } from './maker.ts';

export const maker: Maker = {
  id: 'lock/owner-dead',
  base: 'serving',
  also: ['gateway/down'],
  make: async ({ gateway }) => {
    gateway?.child.kill('SIGKILL');
    await gateway?.ended;
    return undefined;
  },
};
