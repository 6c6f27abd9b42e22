import { join } from 'node:path';
import packageFile from '../../package.json' with { type: 'json' };
import type { Maker } from './maker.ts';
import { startOther } from './parts/other-program.ts';
import { gatewayAnswers, until } from './setup.ts';

const FIXTURE = join(import.meta.dirname, 'fixtures', 'troubled-gateway.ts');

export const maker: Maker = {
  id: 'gateway/not-ready',
  base: 'stopped',
  make: async ({ t, home }) => {
    const command = ['env', `HOME=${home}`, process.execPath, FIXTURE, packageFile.version];
    troubled = await startOther(t, command, /serving/);
    return undefined;
  },
  mend: {
    byHand: async (setup) => {
      troubled?.kill('SIGTERM');
      await new Promise((resolve) => troubled?.once('exit', resolve));
      setup.clawdbot('gateway', 'run');
      await until('the gateway to answer', () => gatewayAnswers(setup.port));
    },
    because: 'the fault is in the process of a fixture, which takes no lock',
  },
};

let troubled: Awaited<ReturnType<typeof startOther>> | undefined;
