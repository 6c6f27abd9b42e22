import type { Maker } from './maker.ts';

export const maker: Maker = {
  id: 'port/stuck',
  base: 'serving',
  make: ({ t, gateway }) => {
    gateway?.child.kill('SIGSTOP');
    t.after(() => gateway?.child.kill('SIGCONT'));
    return undefined;
  },
};
