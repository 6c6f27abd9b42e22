import { freePort } from '../free-port.ts';
import { missingPeers } from '../interop/peer-versions.ts';
import type { Maker } from './maker.ts';
import { startRealGateway } from './parts/real-gateway.ts';

export const maker: Maker = {
  id: 'lock/split',
  // Our own lock cannot be held twice; the published gateway's lies in a temporary directory, and ours is no reason to it.
  base: 'serving',
  also: ['logs/shared-tmp'],
  skip: () => missingPeers('clawdbot', 'node') || undefined,
  make: async ({ t, home }) => {
    await startRealGateway(t, { home, port: await freePort() });
    return undefined;
  },
  mayChange: /./,
};
