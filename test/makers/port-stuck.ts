import { cleanUp } from '../clean-up.ts';
import type { Maker } from './maker.ts';

export const maker: Maker = {
  id: 'port/stuck',
  base: 'serving',
  make: ({ t, gateway }) => {
    gateway?.child.kill('SIGSTOP');
    cleanUp(t, () => gateway?.child.kill('SIGCONT'));
    return undefined;
  },
};
