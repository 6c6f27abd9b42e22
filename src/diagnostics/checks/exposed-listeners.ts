import { isTailnetAddress } from '../../state/index.ts';
import type { Listener } from '../../supervisor/index.ts';
import type { GatewaysFact, SeenGateway } from '../facts/gateways.ts';

/** A door to a gateway that other machines can reach. */
export type ExposedListener = { pid: number; program: string; address: string; port: number };

/** Every socket on which gateways of that kind can be reached from other machines, tailnet apart. */
export function exposedListeners(
  { gateways, listeners }: { gateways: GatewaysFact; listeners: readonly Listener[] },
  whose: SeenGateway['whose'],
): ExposedListener[] {
  return gateways
    .filter((gateway) => gateway.whose === whose)
    .flatMap(({ pid, program, port }) =>
      listeners
        .filter((listener) => listener.port === port && listener.holders.some((holder) => holder.pid === pid))
        .filter(({ address }) => !isPrivatePath(address))
        .map(({ address }) => ({ pid, program, address, port })),
    );
}

/** Loopback, and the addresses of a tailnet, whose traffic WireGuard encrypts. */
export function isPrivatePath(address: string): boolean {
  return /^(::ffff:)?127\.|^::1$/i.test(address) || isTailnetAddress(address);
}
