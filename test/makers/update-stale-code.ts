import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import packageFile from '../../package.json' with { type: 'json' };
import type { Maker } from './maker.ts';
import { startOther } from './parts/other-program.ts';
import { gatewayAnswers, until } from './setup.ts';

const root = join(import.meta.dirname, '..', '..');
const OLD = '0.0.9';

export const maker: Maker = {
  id: 'update/stale-code',
  base: 'stopped',
  make: async ({ t, home, port, env }) => {
    const old = join(home, '.cache', 'old-package');
    for (const part of ['bin', 'dist', 'package.json'])
      cpSync(join(root, part), join(old, part), { recursive: true });
    for (const file of readdirSync(old, { recursive: true, encoding: 'utf8' })) {
      if (!/\.(js|json)$/.test(file)) continue;
      const path = join(old, file);
      writeFileSync(path, readFileSync(path, 'utf8').replaceAll(packageFile.version, OLD));
    }
    const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`);
    const command = [process.execPath, join(old, 'bin', 'clawdbot.js'), 'gateway', 'run'];
    await startOther(t, ['env', '-i', ...variables, ...command], /serving on/);
    await until('the gateway to answer', () => gatewayAnswers(port));
    return undefined;
  },
};
