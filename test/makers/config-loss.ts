import { rmSync, writeFileSync } from 'node:fs';
import type { Maker } from './maker.ts';

export const maker: Maker = {
  id: 'config/loss',
  base: 'serving',
  make: ({ paths }) => {
    writeFileSync(`${paths.config}.bak`, JSON.stringify({ gateway: {}, agents: 'x'.repeat(2_000) }), {
      mode: 0o600,
    });
    return undefined;
  },
  mend: {
    byHand: ({ paths }) => rmSync(`${paths.config}.bak`),
    because: 'a person decides after the difference is shown',
  },
};
