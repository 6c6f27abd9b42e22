import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { TestContext } from 'node:test';
import type { Maker } from './maker.ts';
import { startOther } from './parts/other-program.ts';

/** A reverse proxy on every address that keeps a connection to the gateway open, as nginx does with `keepalive`. */
const PROXY = `
const { connect, createServer } = require('node:net');
const upstream = () => connect(Number(process.argv[1]), '127.0.0.1');
createServer((visitor) => visitor.pipe(upstream()).pipe(visitor)).listen(0, '0.0.0.0', () => {
  upstream().once('connect', () => console.log('up'));
});
`;

const proxies = new WeakMap<TestContext, ChildProcess>();

export const maker: Maker = {
  id: 'sec/proxied',
  base: 'serving',
  make: async ({ t, port }) => {
    proxies.set(t, await startOther(t, [process.execPath, '-e', PROXY, String(port)], /up/));
    return undefined;
  },
  mend: {
    byHand: async ({ t }) => {
      const proxy = proxies.get(t);
      if (proxy === undefined) return;
      const ended = once(proxy, 'exit');
      proxy.kill('SIGKILL');
      await ended;
    },
    because: 'the program is ended in the way it was started',
  },
};
