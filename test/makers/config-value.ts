import type { Maker } from './maker.ts';

export const maker: Maker = {
  id: 'config/value',
  base: 'serving',
  make: ({ configure, env, port }) => {
    configure((config) => {
      config.gateway.port = 'many';
    });
    return { env: { ...env, CLAWDBOT_GATEWAY_PORT: String(port) } };
  },
};
