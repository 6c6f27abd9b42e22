import { mkdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Maker } from './maker.ts';
import { gatewayAnswers, until } from './setup.ts';

export const maker: Maker = {
  id: 'lock/alias',
  base: 'stopped',
  make: async ({ home, paths, clawdbot, port }) => {
    const synced = join(home, 'Dropbox', 'clawdbot');
    mkdirSync(join(home, 'Dropbox'));
    renameSync(paths.stateDir, synced);
    symlinkSync(synced, paths.stateDir);
    clawdbot('gateway', 'run');
    await until('the gateway to answer', () => gatewayAnswers(port));
    return undefined;
  },
  mend: {
    byHand: ({ home, paths }) => {
      rmSync(paths.stateDir);
      renameSync(join(home, 'Dropbox', 'clawdbot'), paths.stateDir);
    },
    because: 'where the state goes is for a person to say',
  },
};
