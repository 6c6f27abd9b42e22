import assert from 'node:assert/strict';
import { connectNode, REMOTE } from '../gateway/support/peers.ts';
import type { Maker } from './maker.ts';

/** A machine elsewhere tries its old token again and again, and is made to wait. */
export const maker: Maker = {
  id: 'node/lockout',
  base: 'serving',
  make: async ({ port }) => {
    const gateway = { url: `ws://127.0.0.1:${port}` };
    // The tenth is the last that is answered as wrong; the next one has to wait.
    for (let tries = 0; tries < 10; tries += 1)
      await assert.rejects(connectNode(gateway, { token: 'an-old-token', headers: REMOTE }));
    return undefined;
  },
  mend: { typed: [0, 1] },
  // The command pairs this account as an operator.
  mayChange: /\/identity(\/|$)/,
};
