import { identityHash, selfIdentity } from '../supervisor/index.ts';
import type { GatewayCore } from './core.ts';

/** The fixed part of `/healthz`: what proves that the listener is the gateway of this very state directory. */
export function gatewayIdentity(core: GatewayCore): {
  service: 'clawdbot-gateway';
  pid: number;
  startTicks: number;
  bootId: string;
  stateDirHash: string;
  version: string;
} {
  return {
    service: 'clawdbot-gateway',
    ...selfIdentity(),
    stateDirHash: identityHash(core.paths.stateDir),
    version: core.version,
  };
}
