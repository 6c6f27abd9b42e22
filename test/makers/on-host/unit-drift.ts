import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type HostMaker, SERVICE, UNITS } from '../host-maker.ts';

export const maker: HostMaker = {
  id: 'unit/drift',
  make: async (setup) => {
    // The unit of an older release, whose install nobody remembers.
    const path = setup.host.path(`${UNITS}/${SERVICE}`);
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, text.replace(/^OOMPolicy=.*\n/m, '').replace(/^WatchdogSec=.*$/m, 'WatchdogSec=120'));
    const memory = (
      await setup.host.alice(['find', '/home/alice', '-name', SERVICE, '-not', '-path', `${UNITS}/*`])
    ).stdout;
    for (const file of memory.trim().split('\n').filter(Boolean)) rmSync(setup.host.path(file));
    await setup.systemctl('daemon-reload');
  },
};
