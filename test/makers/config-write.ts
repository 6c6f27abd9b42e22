import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import type { Maker } from './maker.ts';

export const maker: Maker = {
  id: 'config/write',
  base: 'serving',
  make: ({ paths }) => {
    writeFileSync(`${paths.config}.bak`, readFileSync(paths.config), { mode: 0o600 });
    truncateSync(paths.config, 40);
    return undefined;
  },
  mend: {
    byHand: ({ paths }) => writeFileSync(paths.config, readFileSync(`${paths.config}.bak`)),
    because: 'a person looks at the difference before the copy goes back',
  },
};
