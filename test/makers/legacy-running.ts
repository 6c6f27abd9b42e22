import { spawn } from 'node:child_process';
import { commandOf, environmentOf } from '../interop/lib/software.ts';
import { missingPeers } from '../interop/peer-versions.ts';
import type { Maker } from './maker.ts';
import { until } from './setup.ts';

let end = async (): Promise<void> => {};

export const maker: Maker = {
  id: 'legacy/running',
  also: ['logs/shared-tmp'],
  base: 'stopped',
  skip: () => missingPeers('clawdbot', 'node') || undefined,
  make: async ({ t, home, port }) => {
    const [program, ...args] = commandOf('real', ['gateway', '--port', String(port)]);
    const child = spawn(program, args, { env: environmentOf('real', home), stdio: 'ignore' });
    const ended = new Promise((resolve) => child.once('exit', resolve));
    end = async () => {
      child.kill('SIGKILL');
      await ended;
    };
    t.after(end);
    // Started by npm's launcher it needs several seconds.
    await until('the published gateway to listen', async () => {
      try {
        return (await fetch(`http://127.0.0.1:${port}/`)).status > 0;
      } catch {
        return false;
      }
    });
    return undefined;
  },
  mend: { byHand: () => end(), because: 'it is stopped where it was started' },
};
