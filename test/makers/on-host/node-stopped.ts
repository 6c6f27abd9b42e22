import { property } from '../../systemd/installed-copy.ts';
import { until } from '../../systemd/until.ts';
import type { HostMaker } from '../host-maker.ts';

const NODE = 'clawdbot-node.service';

export const maker: HostMaker = {
  id: 'node/stopped',
  make: async (setup) => {
    await setup.clawdbot('node', 'install', '--host', '127.0.0.1', '--port', '18789');
    const isUp = async () => (await property(setup.host, NODE, 'ActiveState')) === 'active';
    await until('the node service', isUp);
    await setup.systemctl('stop', NODE);
  },
  clean: (setup) => setup.clawdbot('node', 'uninstall'),
};
