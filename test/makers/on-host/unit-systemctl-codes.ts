import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import type { HostMaker } from '../host-maker.ts';

export const maker: HostMaker = {
  id: 'unit/systemctl-codes',
  make: async ({ host }) => {
    await host.root(['mv', '/usr/bin/systemctl', '/usr/bin/systemctl.away']);
    const script = "#!/bin/sh\ntrap '' TERM\nexec sleep 600\n";
    writeFileSync(host.path('/usr/bin/systemctl'), script, { mode: 0o755 });
  },
  mend: {
    byHand: async ({ host }) => {
      const { stdout } = await host.root(['pgrep', '-x', 'sleep']);
      assert.equal(stdout, '', 'no child is left behind');
      await host.root(['mv', '/usr/bin/systemctl.away', '/usr/bin/systemctl']);
    },
    because: 'the commands show why systemd is silent, they cannot repair it',
  },
};
