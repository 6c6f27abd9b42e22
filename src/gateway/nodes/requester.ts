import type { ReadyConnection } from '../session/connections.ts';

/** Whose keys and audit rows these are. All holders of the shared secret without a device are one requester. */
export function requesterOf({ peer }: ReadyConnection): string {
  return peer.deviceId ?? 'shared-secret';
}
