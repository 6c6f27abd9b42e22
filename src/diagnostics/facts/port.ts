import { existsSync } from 'node:fs';
import {
  classifyPort,
  identityHash,
  type Listener,
  type PortVerdict,
  wantedAddresses,
} from '../../supervisor/index.ts';
import type { ConfigFact } from './config.ts';
import type { Context } from './context.ts';
import type { OwnerFact } from './owner.ts';

/**
 * 1 s: a healthy gateway answers in 20 ms, on a machine with ten times the work it can do in half a second. A start has to
 * decide sooner; a doctor must not call a busy gateway stuck.
 */
const ANSWER_MS = 1_000;

/** Whose listeners are on the configured port. */
export function collectPort(
  { paths }: Context,
  { settings }: ConfigFact,
  { reading }: OwnerFact,
  seen: readonly Listener[],
): Promise<PortVerdict> {
  return classifyPort({
    ...wantedAddresses(settings.addresses),
    port: settings.port,
    stateDirHash: existsSync(paths.stateDir) ? identityHash(paths.stateDir) : '',
    record: reading.kind === 'present' ? reading.record : undefined,
    answerTimeoutMs: ANSWER_MS,
    seen,
  });
}
