import { property } from '../../systemd/installed-copy.ts';
import { until } from '../../systemd/until.ts';
import type { HostMaker } from '../host-maker.ts';

export const maker: HostMaker = {
  id: 'unit/no-bus',
  make: async ({ host }) => {
    // After the last logout, without lingering.
    await host.root(['loginctl', 'disable-linger', 'alice']);
    const unit = `user@${host.uid}.service`;
    await host.root(['systemctl', 'stop', unit]);
    const isDown = async () => (await property(host, unit, 'ActiveState', 'root')) === 'inactive';
    await until('the manager of alice to end', isDown);
  },
  clean: async ({ host }) => {
    await host.root(['loginctl', 'enable-linger', 'alice']);
    await host.root(['systemctl', 'start', `user@${host.uid}.service`]);
  },
};
