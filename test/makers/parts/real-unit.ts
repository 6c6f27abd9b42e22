import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Setup } from '../setup.ts';

/** A unit as the published Clawdbot writes it, with its known faults left out; `service` and `unit` add lines. */
export function realUnit(
  { home, port, writeUnit }: Setup,
  change: {
    unit?: readonly string[];
    service?: readonly string[];
    program?: string;
    script?: string;
    port?: number;
  } = {},
): string {
  const script = join(home, 'node_modules', 'clawdbot', 'dist', 'entry.js');
  mkdirSync(join(script, '..'), { recursive: true });
  writeFileSync(script, '');
  const program = change.program ?? process.execPath;
  return writeUnit('clawdbot-gateway.service', [
    '[Unit]',
    'Description=Clawdbot Gateway',
    ...(change.unit ?? []),
    '[Service]',
    `ExecStart=${program} ${change.script ?? script} gateway --port ${change.port ?? port}`,
    'Restart=always',
    ...(change.service ?? []),
  ]);
}
