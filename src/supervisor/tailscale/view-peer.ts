import * as z from 'zod/mini';
import { askTailscaled } from './local-api.ts';
import type { TailscaleAccess } from './read-tailnet.ts';

/** Another machine of the tailnet, as this one sees it. */
export type PeerView =
  | { kind: 'known'; isOnline: boolean }
  /** The tailnet has no machine of that name, or none this one may see. */
  | { kind: 'unknown' }
  /** This machine is not in a tailnet now. */
  | { kind: 'unavailable'; reason: string };

const schema = z.object({
  BackendState: z.catch(z.string(), ''),
  Self: z.catch(z.object({ DNSName: z.string() }), { DNSName: '' }),
  Peer: z.catch(
    z.record(
      z.string(),
      z.catch(z.object({ DNSName: z.string(), Online: z.catch(z.boolean(), false) }), {
        DNSName: '',
        Online: false,
      }),
    ),
    {},
  ),
});

/** Asks tailscaled what it knows about a machine. Never throws. */
export async function viewPeer(name: string, access: TailscaleAccess = {}): Promise<PeerView> {
  const answer = await askTailscaled({ socket: access.socket, path: 'status', deadlineMs: 1_500 });
  if (answer.kind !== 'answered') {
    return {
      kind: 'unavailable',
      reason: answer.kind === 'late' ? 'tailscaled does not answer' : answer.reason,
    };
  }
  try {
    const { BackendState, Self, Peer } = schema.parse(JSON.parse(answer.body));
    if (BackendState !== 'Running')
      return { kind: 'unavailable', reason: `tailscaled is in the state ${BackendState}` };
    const wanted = `${name.toLowerCase()}.`;
    if (Self.DNSName === wanted) return { kind: 'known', isOnline: true };
    const peer = Object.values(Peer).find(({ DNSName }) => DNSName === wanted);
    return peer === undefined ? { kind: 'unknown' } : { kind: 'known', isOnline: peer.Online };
  } catch {
    return { kind: 'unavailable', reason: 'tailscaled gives an answer nobody can read' };
  }
}
