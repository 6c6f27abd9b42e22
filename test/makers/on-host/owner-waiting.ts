import { type HostMaker, SERVICE } from '../host-maker.ts';

export const maker: HostMaker = {
  id: 'owner/waiting',
  make: async (setup) => {
    await setup.startByHand();
    await setup.systemctl('start', SERVICE);
  },
  mend: { byHand: (setup) => setup.endOwner(), because: 'the process is ended where it was started' },
};
