import type { DeviceRequest, NodeRequest, PairedDevice } from '../../state/index.ts';
import { requiredApproveScopes } from './surface.ts';

/** A waiting node for clients: with the scopes its approval needs and, for a wider offer, what is approved so far. */
export function nodeRequestOnWire(request: NodeRequest): object {
  return { ...request, requiredApproveScopes: requiredApproveScopes(request.commands) };
}

/** A waiting device in the words of `device.pair.*`, which know nothing of what a node offers. */
export function deviceRequestOnWire({ surface: _surface, ...request }: DeviceRequest): object {
  return request;
}

/** A record as clients know it: the owner's name for it wins, what only the gateway compares with stays here. */
export function deviceOnWire({ pinned: _pinned, surface: _surface, ...device }: PairedDevice): object {
  return { ...device, displayName: device.label ?? device.displayName };
}
