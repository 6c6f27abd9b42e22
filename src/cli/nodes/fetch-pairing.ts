import type { DevicePairRequest, PairedDevice } from '../../protocol/index.ts';
import type { Gateway } from '../connection/gateway.ts';
import { listIn, recordOf, textIn } from '../connection/payload.ts';

/** Somebody waiting to be let in, whichever of the two vocabularies the gateway keeps it under. */
export type WaitingRequest = {
  requestId: string;
  /** Device id, or the id of a legacy node request. */
  id: string;
  name: string;
  role: string;
  remoteIp: string;
  ts: number;
  isRepair: boolean;
  /** What it offers, and of that what is approved already; empty where the gateway does not say. */
  commands: readonly string[];
  approved: readonly string[];
  /** The method family that approves it. */
  via: 'device' | 'node';
};

/** `device.pair.list` with entries that lack their ids left out. */
export async function fetchDevices(
  gateway: Gateway,
): Promise<{ pending: DevicePairRequest[]; paired: PairedDevice[] }> {
  const payload = await gateway.call('device.pair.list');
  return {
    // Only the ids are relied on; every other field is shown when it is there.
    pending: listIn(payload, 'pending').filter(
      (entry) => textIn(entry, 'requestId') !== '',
    ) as DevicePairRequest[],
    paired: listIn(payload, 'paired').filter((entry) => textIn(entry, 'deviceId') !== '') as PairedDevice[],
  };
}

/**
 * Every node waiting for a person. Real gateways keep WebSocket nodes in `device.pair.list` only and legacy ones in
 * `node.pair.list` only; ours lists the former in both, so a request is taken once, by its id.
 */
export async function fetchWaitingNodes(gateway: Gateway): Promise<WaitingRequest[]> {
  const [devices, legacy] = await Promise.all([fetchDevices(gateway), gateway.call('node.pair.list')]);
  const waiting = new Map<string, WaitingRequest>();
  for (const entry of listIn(legacy, 'pending')) {
    const requestId = textIn(entry, 'requestId');
    if (requestId !== '') waiting.set(requestId, legacyRequest(requestId, entry));
  }
  for (const request of devices.pending) {
    const roles = request.roles ?? (request.role === undefined ? [] : [request.role]);
    const offer = waiting.get(request.requestId);
    if (roles.includes('node'))
      waiting.set(request.requestId, { ...deviceRequest(request), ...offerOf(offer) });
  }
  return [...waiting.values()].sort((a, b) => b.ts - a.ts);
}

function deviceRequest(request: DevicePairRequest): WaitingRequest {
  return {
    requestId: request.requestId,
    id: request.deviceId,
    name: request.displayName ?? '',
    role: 'node',
    remoteIp: request.remoteIp ?? '',
    ts: request.ts,
    isRepair: request.isRepair === true,
    commands: [],
    approved: [],
    via: 'device',
  };
}

function legacyRequest(requestId: string, entry: unknown): WaitingRequest {
  const { ts, isRepair, approved } = recordOf(entry);
  return {
    requestId,
    id: textIn(entry, 'nodeId'),
    name: textIn(entry, 'displayName'),
    role: 'node',
    remoteIp: textIn(entry, 'remoteIp'),
    ts: typeof ts === 'number' ? ts : 0,
    isRepair: isRepair === true,
    commands: textsIn(entry, 'commands'),
    approved: textsIn(approved, 'commands'),
    via: 'node',
  };
}

/** Our gateway lists a waiting device in both vocabularies; what it offers stands in that of nodes. */
function offerOf(known: WaitingRequest | undefined): Partial<WaitingRequest> {
  return known === undefined ? {} : { commands: known.commands, approved: known.approved };
}

function textsIn(value: unknown, key: string): string[] {
  return listIn(value, key).filter((item) => typeof item === 'string');
}
