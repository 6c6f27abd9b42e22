import type { GatewayCore } from '../core.ts';
import type { Connection } from './connection.ts';

/** What the handshake may know about the tailnet identity of a connection. */
export function tailnetUserOf({ upgrade, tailnetUser }: Connection): 'none' | 'unconfirmed' | 'confirmed' {
  if (upgrade.tailnetClaim === undefined || tailnetUser === 'denied') return 'none';
  return tailnetUser === undefined ? 'unconfirmed' : 'confirmed';
}

/** Asks tailscaled who the peer is and notes its answer at the connection; nothing else of it is read meanwhile. */
export async function confirmTailnetUser(core: GatewayCore, connection: Connection): Promise<void> {
  const claim = connection.upgrade.tailnetClaim;
  if (claim === undefined) return;
  connection.isConfirming = true;
  const answer = await core.confirmPeer(claim).finally(() => {
    connection.isConfirming = false;
  });
  if (answer.kind === 'confirmed') {
    const { login, device } = answer;
    connection.tailnetUser = { login, device };
    connection.upgrade = { ...connection.upgrade, clientIp: claim.address, hasUntrustedForwarding: false };
    core.log.info(`tailscaled confirms ${login} on ${device}`, { connection: connection.id });
  } else {
    connection.tailnetUser = 'denied';
    core.log.warn(`the identity ${claim.login} of Tailscale Serve does not count: ${answer.reason}`, {
      connection: connection.id,
    });
  }
}
