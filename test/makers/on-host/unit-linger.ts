import { rmSync } from 'node:fs';
import type { HostMaker } from '../host-maker.ts';

export const maker: HostMaker = {
  id: 'unit/linger',
  notUndone:
    'nobody is logged in here: without lingering the manager of alice would end, and all its services',
  make: ({ host }) => rmSync(host.path('/var/lib/systemd/linger/alice')),
};
