import { utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Maker } from './maker.ts';

export const maker: Maker = {
  id: 'config/leftovers',
  base: 'serving',
  make: ({ paths }) => {
    const left = join(paths.stateDir, '.clawdbot.json.4242.0badcafe.tmp');
    writeFileSync(left, '{', { mode: 0o600 });
    utimesSync(left, 1, 1);
    return undefined;
  },
};
