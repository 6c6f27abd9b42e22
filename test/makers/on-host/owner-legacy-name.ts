import { type HostMaker, UNITS } from '../host-maker.ts';

export const maker: HostMaker = {
  id: 'owner/legacy-name',
  make: async (setup) => {
    await setup.writeAsAlice(`${UNITS}/openclaw-gateway.service`, [
      ...['[Service]', 'ExecStart=/usr/bin/env openclaw gateway', 'KillMode=mixed', 'OOMPolicy=continue'],
      ...['[Install]', 'WantedBy=default.target'],
    ]);
    await setup.systemctl('daemon-reload');
    await setup.systemctl('enable', 'openclaw-gateway.service');
  },
  clean: ({ host }) => host.root(['rm', `${UNITS}/openclaw-gateway.service`]),
};
