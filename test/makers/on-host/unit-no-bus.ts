import { property } from '../../systemd/installed-copy.ts';
import { until } from '../../systemd/until.ts';
import type { HostMaker } from '../host-maker.ts';

export const maker: HostMaker = {
  id: 'unit/no-bus',
  make: async ({ host }) => {
    // After the last logout, without lingering.
    await host.root(['loginctl', 'disable-linger', 'alice']);
    await host.root(['loginctl', 'terminate-user', 'alice']);
    const unit = `user@${host.uid}.service`;
    const isDown = async () =>
      (await property(host, unit, 'ActiveState', 'root')) === 'inactive' &&
      // logind ends what it still remembers some seconds later, also what was started again meanwhile.
      (await host.root(['loginctl', 'user-status', 'alice'])).status !== 0;
    await until('alice to be gone', isDown);
  },
  clean: async ({ host }) => {
    await host.root(['loginctl', 'enable-linger', 'alice']);
    await host.root(['systemctl', 'start', `user@${host.uid}.service`]);
  },
};
