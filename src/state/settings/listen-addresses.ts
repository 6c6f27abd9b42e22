import type { NetworkInterfaceInfo } from 'node:os';
import type { Config } from '../config/schema.ts';
import { isTailnetAddress } from './tailnet-address.ts';

/**
 * Turns `gateway.bind` into addresses. Loopback is always among them, so that local commands never need to know
 * another address (F-75). `auto` is loopback: remote access goes through Tailscale Serve.
 */
export function listenAddresses(input: {
  bind: Config['gateway']['bind'];
  customHost: string | undefined;
  interfaces: Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>;
}): { hosts: { host: string; optional: boolean }[]; problem?: string } {
  const loopback = [
    { host: '127.0.0.1', optional: false },
    { host: '::1', optional: true },
  ];
  switch (input.bind) {
    case 'loopback':
    case 'auto':
      return { hosts: loopback };
    case 'lan':
      // ::1 beside 0.0.0.0, else `localhost` may reach another program
      return {
        hosts: [
          { host: '0.0.0.0', optional: false },
          { host: '::1', optional: true },
        ],
      };
    case 'tailnet': {
      const address = findTailnetAddress(input.interfaces);
      if (address !== undefined) return { hosts: [{ host: address, optional: false }, ...loopback] };
      return {
        hosts: loopback,
        problem: 'gateway.bind is "tailnet" but this machine has no tailnet address (100.64.0.0/10) now',
      };
    }
    case 'custom': {
      if (input.customHost === undefined)
        return { hosts: loopback, problem: 'gateway.bind "custom" needs gateway.customBindHost' };
      const coversLoopback = ['0.0.0.0', '::', '127.0.0.1', '::1'].includes(input.customHost);
      return { hosts: [{ host: input.customHost, optional: false }, ...(coversLoopback ? [] : loopback)] };
    }
  }
}

/** This machine's first IPv4 address of a tailnet, or undefined. */
function findTailnetAddress(
  interfaces: Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>,
): string | undefined {
  for (const addresses of Object.values(interfaces)) {
    for (const { address, family } of addresses ?? []) {
      if (family === 'IPv4' && isTailnetAddress(address)) return address;
    }
  }
  return undefined;
}
