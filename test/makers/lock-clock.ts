import { readFileSync, writeFileSync } from 'node:fs';
import { holderPath } from '../../src/supervisor/index.ts';
import type { Maker } from './maker.ts';

export const maker: Maker = {
  id: 'lock/clock',
  base: 'serving',
  make: ({ paths }) => {
    const path = holderPath(paths.stateDir);
    const record = JSON.parse(readFileSync(path, 'utf8'));
    record.since.wallMs += 3_600_000;
    writeFileSync(path, JSON.stringify(record));
    return undefined;
  },
  mend: {
    byHand: ({ paths }) => {
      const path = holderPath(paths.stateDir);
      const record = JSON.parse(readFileSync(path, 'utf8'));
      record.since.wallMs -= 3_600_000;
      writeFileSync(path, JSON.stringify(record));
    },
    because: 'the clock of the machine is not changed by a test',
  },
};
