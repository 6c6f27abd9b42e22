import { type HostMaker, SERVICE, UNITS } from '../host-maker.ts';

export const maker: HostMaker = {
  id: 'owner/two-scopes',
  make: async ({ host }) => {
    await host.root(['cp', `${UNITS}/${SERVICE}`, `/etc/systemd/system/${SERVICE}`]);
    await host.root(['systemctl', 'daemon-reload']);
    await host.root(['systemctl', 'enable', SERVICE]);
  },
  clean: async ({ host }) => {
    await host.root(['rm', `/etc/systemd/system/${SERVICE}`]);
    await host.root(['systemctl', 'daemon-reload']);
  },
};
