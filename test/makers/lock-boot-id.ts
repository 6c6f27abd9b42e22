import { readFileSync, writeFileSync } from 'node:fs';
import { holderPath } from '../../src/supervisor/index.ts';
import type { Maker } from './maker.ts';

export const maker: Maker = {
  id: 'lock/boot-id',
  base: 'serving',
  also: ['gateway/down'],
  make: async ({ gateway, paths }) => {
    gateway?.child.kill('SIGKILL');
    await gateway?.ended;
    const path = holderPath(paths.stateDir);
    const record = JSON.parse(readFileSync(path, 'utf8'));
    writeFileSync(path, JSON.stringify({ ...record, bootId: '00000000-0000-4000-8000-000000000000' }));
    return undefined;
  },
};
