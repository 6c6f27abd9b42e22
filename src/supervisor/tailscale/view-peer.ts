import { isIP } from 'node:net';
import * as z from 'zod/mini';
import { askTailscaled } from './local-api.ts';
import type { TailscaleAccess } from './read-tailnet.ts';

/** Another machine of the tailnet, as this one sees it. */
export type PeerView =
  | {
      kind: 'known';
      /** Its full name in the tailnet. */
      name: string;
      /** The control server's last word. */
      isOnline: boolean;
      /** Why that word is old: this machine has lost the control server; undefined when it has not. */
      cutOff: string | undefined;
    }
  /** The tailnet has no such machine, or none this one may see. */
  | { kind: 'unknown' }
  /** This machine is not in a tailnet now. */
  | { kind: 'unavailable'; reason: string };

const machineSchema = z.object({
  DNSName: z.catch(z.string(), ''),
  TailscaleIPs: z.catch(z.array(z.string()), []),
  Online: z.catch(z.optional(z.boolean()), undefined),
});
type Machine = z.infer<typeof machineSchema>;
const NOBODY: Machine = { DNSName: '', TailscaleIPs: [], Online: undefined };

/** ipn/ipnstate.Status, in part. */
const schema = z.object({
  BackendState: z.catch(z.string(), ''),
  Health: z.catch(z.array(z.string()), []),
  Self: z.catch(machineSchema, NOBODY),
  Peer: z.catch(z.record(z.string(), z.catch(machineSchema, NOBODY)), {}),
});

/** Asks tailscaled what it knows about a machine: by full name, first label, or address. Never throws. */
export async function viewPeer(which: string, access: TailscaleAccess = {}): Promise<PeerView> {
  const answer = await askTailscaled({ socket: access.socket, path: 'status', deadlineMs: 1_500 });
  if (answer.kind !== 'answered') {
    return {
      kind: 'unavailable',
      reason: answer.kind === 'late' ? 'tailscaled does not answer' : answer.reason,
    };
  }
  try {
    const { BackendState, Health, Self, Peer } = schema.parse(JSON.parse(answer.body));
    if (BackendState !== 'Running')
      return { kind: 'unavailable', reason: `tailscaled is in the state ${BackendState}` };
    // `Self.Online`: tailscaled is in a long poll with the control server (ipn/ipnlocal, UpdateStatus).
    const cutOff =
      Self.Online === false ? (Health[0] ?? 'tailscaled has lost its control server') : undefined;
    if (isCalled(Self, which)) return { kind: 'known', name: plainName(Self), isOnline: true, cutOff };
    const peer = Object.values(Peer).find((machine) => isCalled(machine, which));
    return peer === undefined
      ? { kind: 'unknown' }
      : { kind: 'known', name: plainName(peer), isOnline: peer.Online === true, cutOff };
  } catch {
    return { kind: 'unavailable', reason: 'tailscaled gives an answer nobody can read' };
  }
}

/** 2 s: a first ping may have to find a way through a relay. */
const PING_MS = 2_000;

const pongSchema = z.object({ Err: z.catch(z.string(), '') });

/**
 * Does tailscaled get through to the tailscaled of that address? A disco ping, which no access rule and no firewall rule
 * about ports can stop, and which every account may send. Never throws.
 */
export async function pingPeer(
  address: string,
  access: TailscaleAccess = {},
): Promise<'pong' | 'silence' | 'unknown'> {
  const answer = await askTailscaled({
    socket: access.socket,
    path: `ping?type=disco&ip=${encodeURIComponent(address)}`,
    post: { body: '' },
    deadlineMs: PING_MS,
  });
  if (answer.kind === 'late') return 'silence';
  if (answer.kind !== 'answered' || answer.status !== 200) return 'unknown';
  try {
    return pongSchema.parse(JSON.parse(answer.body)).Err === '' ? 'pong' : 'silence';
  } catch {
    return 'unknown';
  }
}

function isCalled({ DNSName, TailscaleIPs }: Machine, which: string): boolean {
  if (DNSName === '') return false;
  if (isIP(which) !== 0) return TailscaleIPs.includes(which);
  const wanted = which.toLowerCase().replace(/\.$/, '');
  return DNSName === `${wanted}.` || (!wanted.includes('.') && DNSName.startsWith(`${wanted}.`));
}

function plainName({ DNSName }: Machine): string {
  return DNSName.replace(/\.$/, '');
}
