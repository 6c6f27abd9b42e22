import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import type { TailnetClaim } from '../../supervisor/tailscale/index.ts';
import { isLoopback, plainAddress } from './locality.ts';

/**
 * What the headers of Tailscale Serve claim about the user (ipn/ipnlocal/serve.go, addTailscaleIdentityHeaders), or
 * undefined: not from loopback, no or several values, forwarded by more than one proxy, or through Funnel, where there
 * is no user. Only `confirmPeer` makes it count.
 */
export function readTailnetClaim({ headers, socket }: IncomingMessage): TailnetClaim | undefined {
  const login = headers['tailscale-user-login'];
  const address = headers['x-forwarded-for'];
  if (typeof login !== 'string' || login === '' || typeof address !== 'string') return undefined;
  if (headers['tailscale-funnel-request'] !== undefined || isIP(address.trim()) === 0) return undefined;
  const { remoteAddress = '', remotePort, localPort } = socket;
  const peerAddress = plainAddress(remoteAddress);
  if (!isLoopback(peerAddress) || remotePort === undefined || localPort === undefined) return undefined;
  return {
    login,
    address: plainAddress(address),
    connection: { localPort, peerAddress, peerPort: remotePort },
  };
}
