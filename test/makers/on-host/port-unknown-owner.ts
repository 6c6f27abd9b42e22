import { until } from '../../systemd/until.ts';
import { type HostMaker, SERVICE, SOCKET } from '../host-maker.ts';

export const maker: HostMaker = {
  id: 'port/unknown-owner',
  make: async (setup) => {
    await setup.systemctl('stop', SERVICE, SOCKET);
    const { host } = setup;
    host.start('root', ['python3', '-m', 'http.server', '18789', '--bind', '127.0.0.1']);
    const listens = async () =>
      (await host.alice(['curl', '-s', '-m', '1', 'http://127.0.0.1:18789/'])).status === 0;
    await until('the program of root to listen', listens);
  },
  mend: { typed: [1] },
  clean: ({ host }) => host.root(['pkill', '-x', 'python3']),
};
