import { rmSync } from 'node:fs';
import type { HostMaker } from '../host-maker.ts';

export const maker: HostMaker = {
  id: 'unit/linger',
  make: ({ host }) => rmSync(host.path('/var/lib/systemd/linger/alice')),
};
