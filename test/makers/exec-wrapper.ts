import { writeFileSync } from 'node:fs';
import type { Maker } from './maker.ts';

export const maker: Maker = {
  id: 'exec/wrapper',
  base: 'serving',
  make: ({ paths }) => {
    const file = { version: 1, agents: { main: { allowlist: [{ pattern: '/bin/sh' }] } } };
    writeFileSync(paths.execApprovals, JSON.stringify(file), { mode: 0o600 });
    return undefined;
  },
};
