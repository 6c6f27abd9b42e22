import { existsSync } from 'node:fs';
import { classifyPort, identityHash, type PortVerdict } from '../../supervisor/index.ts';
import type { ConfigFact } from './config.ts';
import type { Context } from './context.ts';
import type { OwnerFact } from './owner.ts';

/** Whose listeners are on the configured port. Bounded by `classifyPort` itself: 1.5 s to look, 0.4 s to ask. */
export function collectPort(
  { paths }: Context,
  { settings }: ConfigFact,
  { reading }: OwnerFact,
): Promise<PortVerdict> {
  return classifyPort({
    addresses: settings.addresses.map(({ host }) => host),
    port: settings.port,
    stateDirHash: existsSync(paths.stateDir) ? identityHash(paths.stateDir) : '',
    record: reading.kind === 'present' ? reading.record : undefined,
  });
}
