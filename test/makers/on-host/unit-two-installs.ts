import { rmSync, symlinkSync } from 'node:fs';
import { COMMAND, installCopy, PACKAGE } from '../../systemd/installed-copy.ts';
import type { HostMaker } from '../host-maker.ts';

const SECOND = '/opt/second-clawdbot';

export const maker: HostMaker = {
  id: 'unit/two-installs',
  make: ({ host }) => {
    installCopy(host, SECOND);
    rmSync(host.path(COMMAND));
    symlinkSync(`${SECOND}/bin/clawdbot.js`, host.path(COMMAND));
  },
  clean: ({ host }) => {
    rmSync(host.path(COMMAND));
    symlinkSync(`${PACKAGE}/bin/clawdbot.js`, host.path(COMMAND));
  },
};
