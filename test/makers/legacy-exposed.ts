import { missingPeers } from '../interop/peer-versions.ts';
import type { Maker } from './maker.ts';
import { startRealGateway } from './parts/real-gateway.ts';

let end = async (): Promise<void> => {};

export const maker: Maker = {
  id: 'legacy/exposed',
  // It is a published gateway, with its log where others read it.
  also: ['legacy/running', 'logs/shared-tmp'],
  base: 'stopped',
  skip: () => missingPeers('clawdbot', 'node') || undefined,
  make: async ({ t, home, port }) => {
    end = await startRealGateway(t, { home, port, bind: 'lan' });
    return undefined;
  },
  mend: { byHand: () => end(), because: 'it is stopped where it was started, and its config is its own' },
};
