import type { PeerTroubles } from '../protocol/index.ts';
import { errorText } from '../state/index.ts';
import type { GatewayCore } from './core.ts';
import type { GatewayState } from './gateway-options.ts';
import type { Readiness } from './http/routes.ts';

/**
 * Whether requests would be answered (serving, the database answers) and nothing is wrong with the process; and what the
 * doctor knows beside it, which does not change the answer: a gateway on a full disk serves on.
 */
export async function readiness(core: GatewayCore, state: () => GatewayState): Promise<Readiness> {
  const findings = await core.doctor?.readiness();
  const reasons: string[] = [];
  if (state() !== 'serving') reasons.push(`gateway is ${state()}`);
  try {
    core.store.devices.listPending(core.now());
  } catch (thrown) {
    reasons.push(`database does not answer: ${errorText(thrown)}`);
  }
  reasons.push(...core.troubles());
  const peers = peerTroubles(core);
  return {
    ready: reasons.length === 0,
    reasons,
    ...(findings === undefined ? {} : { findings }),
    ...(peers.twins + peers.lockouts === 0 ? {} : { peers }),
  };
}

/** Numbers only: anybody who reaches the port may ask, so neither names nor addresses. */
function peerTroubles({ nodes, limit, now }: GatewayCore): PeerTroubles {
  const twins = [...nodes.nodeIds()].filter((nodeId) => nodes.count(nodeId) > 1).length;
  const at = now();
  return { twins, lockouts: limit.list(at).filter(({ blockedUntilMs }) => blockedUntilMs > at).length };
}
