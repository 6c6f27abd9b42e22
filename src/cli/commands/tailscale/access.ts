import type { TailscaleAccess } from '../../../supervisor/tailscale/index.ts';
import type { Cli } from '../../cli.ts';

/** Where tailscaled is asked: `TS_SOCKET` as in Tailscale's container image, else its usual socket. */
export function tailscaleAccess({ env }: Pick<Cli, 'env'>): TailscaleAccess {
  const socket = env['TS_SOCKET']?.trim();
  return socket ? { socket } : {};
}
