import { join } from 'node:path';
import {
  isWsl,
  openServiceManager,
  WSL_WITHOUT_SYSTEMD,
  wslTroubles,
} from '../../supervisor/systemd/index.ts';
import type { Context } from './context.ts';
import { readKernelFile } from './kernel-file.ts';
import type { OwnerFact } from './owner.ts';

export type WslFact =
  /** Another Linux. */
  | { kind: 'none' }
  | { kind: 'wsl'; troubles: readonly { text: string; commands: readonly (readonly string[])[] }[] };

/** Which troubles of the Windows Subsystem for Linux are present here. */
export async function collectWsl(context: Context, { reading }: OwnerFact): Promise<WslFact> {
  const versionFile = join(context.kernelRoot ?? '/', 'proc/version');
  const { env, scope } = context;
  if (!isWsl(versionFile)) return { kind: 'none' };
  if (readKernelFile(context, '/proc/1/comm') !== 'systemd')
    return { kind: 'wsl', troubles: [{ text: WSL_WITHOUT_SYSTEMD, commands: [] }] };
  const since = reading.kind === 'present' ? reading.record.since : undefined;
  return { kind: 'wsl', troubles: await wslTroubles(openServiceManager({ scope, env }), since) };
}
