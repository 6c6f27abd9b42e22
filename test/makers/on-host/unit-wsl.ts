import { writeFileSync } from 'node:fs';
import { until } from '../../systemd/until.ts';
import type { HostMaker, HostSetup } from '../host-maker.ts';

/** The kernel says it is WSL, and the user manager was ended and started again, as Windows does with the last window. */
export const maker: HostMaker = {
  id: 'unit/wsl',
  make: async (setup) => {
    const { host } = setup;
    await host.root(['systemctl', 'restart', `user@${host.uid}.service`]);
    await until('the gateway to be back', () => setup.answers());
    writeFileSync(host.path('/opt/version'), 'Linux version 5.15.153.1-microsoft-standard-WSL2 (root@x)\n');
    await host.root(['mount', '--bind', '/opt/version', '/proc/version']);
  },
  mend: { byHand: leaveWsl, because: 'it is set in .wslconfig of Windows' },
  clean: leaveWsl,
};

async function leaveWsl({ host }: HostSetup): Promise<void> {
  await host.root(['umount', '/proc/version']);
}
