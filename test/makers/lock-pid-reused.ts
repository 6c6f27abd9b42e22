import { readFileSync, writeFileSync } from 'node:fs';
import { holderPath } from '../../src/supervisor/index.ts';
import type { Maker } from './maker.ts';
import { startOther } from './parts/other-program.ts';

export const maker: Maker = {
  id: 'lock/pid-reused',
  base: 'serving',
  also: ['gateway/down'],
  make: async ({ t, gateway, paths }) => {
    gateway?.child.kill('SIGKILL');
    await gateway?.ended;
    const other = await startOther(t, ['sleep', '600']);
    const path = holderPath(paths.stateDir);
    const record = JSON.parse(readFileSync(path, 'utf8'));
    writeFileSync(path, JSON.stringify({ ...record, pid: other.pid, startTicks: 1 }));
    return undefined;
  },
};
