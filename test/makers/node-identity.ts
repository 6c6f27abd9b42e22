import { generateDeviceKeys } from '../../src/protocol/host/index.ts';
import { cleanUp } from '../clean-up.ts';
import { connectNode } from '../gateway/support/peers.ts';
import type { Maker } from './maker.ts';
import { type Setup, TOKEN } from './setup.ts';

const copies = new WeakMap<Setup, { close: () => void }>();

/** A machine and its clone are connected at the same time. */
export const maker: Maker = {
  id: 'node/identity',
  base: 'serving',
  make: async (setup) => {
    const gateway = { url: `ws://127.0.0.1:${setup.port}` };
    const keys = generateDeviceKeys();
    for (const displayName of ['mail', 'clone of mail']) {
      const node = await connectNode(gateway, { keys, token: TOKEN, displayName });
      copies.set(setup, node);
      cleanUp(setup.t, () => node.close());
    }
    return undefined;
  },
  mend: { byHand: (setup) => copies.get(setup)?.close(), because: 'the copy is another machine' },
};
