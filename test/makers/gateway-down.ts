import type { Maker } from './maker.ts';

export const maker: Maker = {
  id: 'gateway/down',
  base: 'serving',
  make: async ({ gateway }) => {
    gateway?.child.kill('SIGTERM');
    await gateway?.ended;
    return undefined;
  },
  // `clawdbot up`: what stands before it needs a service manager.
  mend: { typed: [-1] },
  mayChange: /./,
};
