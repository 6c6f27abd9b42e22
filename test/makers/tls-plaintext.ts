import type { Maker } from './maker.ts';

export const maker: Maker = {
  id: 'tls/plaintext',
  base: 'stopped',
  make: ({ configure }) => {
    configure(() => ({ gateway: { mode: 'remote', remote: { url: 'ws://gateway.example:18789' } } }));
    return undefined;
  },
};
