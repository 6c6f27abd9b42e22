import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { start } from '../cli/driver.ts';
import type { Maker } from './maker.ts';
import { gatewayAnswers, until } from './setup.ts';

export const maker: Maker = {
  id: 'port/sibling',
  base: 'stopped',
  make: async ({ t, home, port, paths }) => {
    const other = join(home, 'other');
    mkdirSync(other, { mode: 0o700 });
    const running = start(t, ['gateway', 'run'], {
      home,
      env: { CLAWDBOT_STATE_DIR: other, CLAWDBOT_CONFIG_PATH: paths.config },
    });
    await until('the other gateway', () => gatewayAnswers(port));
    if (running.child.exitCode !== null) throw new Error(running.output.stderr);
    return undefined;
  },
};
