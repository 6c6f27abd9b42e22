import type { ReadyConnection } from '../session/connections.ts';

/** Whose keys and audit rows these are. All holders of the shared secret without a device are one requester. */
export function requesterOf({ peer }: ReadyConnection): string {
  return peer.deviceId ?? 'shared-secret';
}

/** A device may use its answers on another connection (the real CLI makes one per call); without a device only this one. */
export function approvalRequester({ id, peer }: ReadyConnection): string {
  return peer.deviceId === undefined ? `connection ${id}` : `device ${peer.deviceId}`;
}
