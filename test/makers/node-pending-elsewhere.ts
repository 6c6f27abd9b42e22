import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { start } from '../cli/driver.ts';
import type { Maker } from './maker.ts';
import { startProxy } from './parts/remote-gateway.ts';
import { TOKEN } from './setup.ts';

export const maker: Maker = {
  id: 'node/pending-elsewhere',
  base: 'serving',
  make: async ({ t, home, port }) => {
    const elsewhere = join(home, '.cache', 'elsewhere');
    mkdirSync(elsewhere, { recursive: true, mode: 0o700 });
    const node = start(
      t,
      ['node', 'run', '--host', '127.0.0.1', '--port', String(await startProxy(t, port))],
      {
        home: elsewhere,
        env: { CLAWDBOT_GATEWAY_TOKEN: TOKEN },
      },
    );
    await node.until(/approve/);
    return undefined;
  },
  mend: { typed: [1] },
  // The command pairs this account as an operator.
  mayChange: /\/identity(\/|$)/,
};
