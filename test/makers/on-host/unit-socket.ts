import { until } from '../../systemd/until.ts';
import type { HostMaker } from '../host-maker.ts';

export const maker: HostMaker = {
  id: 'unit/socket',
  make: async (setup) => {
    // systemd is not to keep the port for it. The service waits for a process that has the port, and takes over when that ends: without its socket unit.
    await setup.dropIn(['[Service]', 'FileDescriptorStoreMax=0']);
    await setup.startByHand();
    await setup.clawdbot('gateway', 'start');
    await setup.endOwner();
    await until('the service to serve', () => setup.answers());
  },
};
