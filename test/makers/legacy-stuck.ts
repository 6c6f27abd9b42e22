import { inspectListeners } from '../../src/supervisor/index.ts';
import { missingPeers } from '../interop/peer-versions.ts';
import type { Maker } from './maker.ts';
import { startRealGateway } from './parts/real-gateway.ts';
import { stopPid } from './parts/stopped.ts';

export const maker: Maker = {
  id: 'legacy/stuck',
  // It is a published gateway, with its log where others read it.
  also: ['logs/shared-tmp'],
  base: 'stopped',
  skip: () => missingPeers('clawdbot', 'node') || undefined,
  make: async (setup) => {
    await startRealGateway(setup.t, setup);
    // Its launcher is another process.
    const pid = inspectListeners({ port: setup.port })[0]?.holders[0]?.pid;
    await stopPid(setup, pid);
    return undefined;
  },
  // The published gateway goes on writing its own files; its config it was given.
  mayChange: /\/\.clawdbot\/(?!clawdbot\.json$)/,
};
