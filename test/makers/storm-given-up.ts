import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Maker } from './maker.ts';
import { until } from './setup.ts';

export const maker: Maker = {
  id: 'storm/given-up',
  base: 'stopped',
  make: async ({ home, paths, configure, clawdbot }) => {
    const script = join(home, 'service.sh');
    writeFileSync(script, '#!/bin/sh\necho no such database >&2\nexit 78\n', { mode: 0o755 });
    configure((config) => {
      config.supervisor = { services: { mine: { command: [script] } } };
    });
    const up = clawdbot('up', '--display-name', 'box');
    await up.until(/Three things to try/);
    const status = join(paths.stateDir, 'supervisor', 'status.json');
    await until('the supervisor to give up', () => readFileSync(status, 'utf8').includes('givenUp'));
    return undefined;
  },
  mend: {
    first: ({ home }) =>
      writeFileSync(join(home, 'service.sh'), '#!/bin/sh\nexec sleep 600\n', { mode: 0o755 }),
    typed: [0],
  },
  mayChange: /\/(node-status[^/]*\.json|supervisor\/.*)$/,
};
