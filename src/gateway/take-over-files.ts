import type { StatePaths, Store } from '../state/index.ts';
import type { GatewayLog } from './gateway-log.ts';

/** Devices a real Clawdbot has paired here need not pair again. */
export function takeOverLegacyFiles(store: Store, paths: StatePaths, log: GatewayLog): void {
  const { devices, requests, nodes, problems, done } = store.takeOver(paths.legacy);
  for (const { file, reason } of problems)
    log.warn('cannot take over a file of the real program', { file, reason });
  if (!done) log.info('took over pairings of the real program', { devices, requests, nodes });
}
