import { chmodSync } from 'node:fs';
import type { Maker } from './maker.ts';
import { realUnit } from './parts/real-unit.ts';
import { TOKEN } from './setup.ts';

export const maker: Maker = {
  id: 'sec/secrets',
  base: 'serving',
  make: (setup) => {
    const path = realUnit(setup, { service: [`Environment=CLAWDBOT_GATEWAY_TOKEN=${TOKEN}`] });
    chmodSync(path, 0o644);
    return undefined;
  },
  mend: { typed: [0] },
};
