import { readFileSync } from 'node:fs';
import * as z from 'zod/mini';
import { findConnectionOwner } from '../proc-net.ts';
import { askTailscaled } from './local-api.ts';
import type { TailscaleAccess } from './read-tailnet.ts';

/** Whom Tailscale Serve says it forwards for; headers, so until confirmed only a claim. */
export type TailnetClaim = {
  /** `Tailscale-User-Login`. */
  login: string;
  /** The one address of `X-Forwarded-For`. */
  address: string;
  /** The forwarding connection, as the kernel numbers it. */
  connection: { localPort: number; peerAddress: string; peerPort: number };
};

export type PeerConfirmation =
  | { kind: 'confirmed'; login: string; displayName: string; device: string }
  | { kind: 'denied'; reason: string };

const whoisSchema = z.object({
  Node: z.object({ Name: z.string(), Tags: z.catch(z.array(z.string()), []) }),
  UserProfile: z.object({ LoginName: z.string(), DisplayName: z.catch(z.string(), '') }),
});

/** 1 s, and the peer waits: tailscaled answers from memory. */
const DEADLINE_MS = 1_000;

/**
 * Believes an identity header only when two witnesses agree (F-98): the kernel says that the process at the other end
 * of the connection runs as root, as tailscaled does and no ordinary local program can pretend to; and tailscaled says
 * that the forwarded address is a peer of that very user (whois).
 */
export async function confirmPeer(
  claim: TailnetClaim,
  access: TailscaleAccess = {},
): Promise<PeerConfirmation> {
  const owner = findConnectionOwner(readTables(), claim.connection);
  if (owner !== 0) {
    const who = owner === undefined ? 'could not be found' : `runs as uid ${owner}`;
    return { kind: 'denied', reason: `the program that sends the identity ${who}; tailscaled runs as root` };
  }
  const answer = await askTailscaled({
    socket: access.socket,
    path: `whois?addr=${encodeURIComponent(claim.address)}`,
    deadlineMs: DEADLINE_MS,
  });
  if (answer.kind !== 'answered') {
    return { kind: 'denied', reason: answer.kind === 'late' ? 'tailscaled does not answer' : answer.reason };
  }
  if (answer.status !== 200) return { kind: 'denied', reason: `tailscaled does not know ${claim.address}` };
  const parsed = whoisSchema.safeParse(parseOrUndefined(answer.body));
  if (!parsed.success) return { kind: 'denied', reason: 'tailscaled gives an answer that names nobody' };
  const { Node, UserProfile } = parsed.data;
  if (Node.Tags.length > 0)
    return { kind: 'denied', reason: `${claim.address} is a tagged machine, not a person` };
  if (UserProfile.LoginName !== claim.login) {
    return {
      kind: 'denied',
      reason: `${claim.address} belongs to ${UserProfile.LoginName}, the header says ${claim.login}`,
    };
  }
  return {
    kind: 'confirmed',
    login: UserProfile.LoginName,
    displayName: UserProfile.DisplayName,
    device: Node.Name.replace(/\.$/, ''),
  };
}

function readTables(): { ipv4: string; ipv6: string } {
  return { ipv4: readTable('/proc/net/tcp'), ipv6: readTable('/proc/net/tcp6') };
}

function readTable(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return ''; // IPv6 switched off
  }
}

function parseOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
