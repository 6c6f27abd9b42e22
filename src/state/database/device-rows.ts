import type { ApprovedVia, PairedDevice, Surface, TokenSummary } from './pairing-types.ts';
import { numberOf, optionalNumber, optionalText, type Row, textOf } from './row.ts';

type Facts = Pick<
  PairedDevice,
  | 'label'
  | 'displayName'
  | 'platform'
  | 'deviceFamily'
  | 'clientId'
  | 'clientMode'
  | 'role'
  | 'roles'
  | 'scopes'
  | 'remoteIp'
  | 'pinned'
>;

/** The descriptive fields as stored (JSON text): none of them is searched by. */
export function factsOf(device: PairedDevice): string {
  const {
    label,
    displayName,
    platform,
    deviceFamily,
    clientId,
    clientMode,
    role,
    roles,
    scopes,
    remoteIp,
    pinned,
  } = device;
  return JSON.stringify({
    label,
    displayName,
    platform,
    deviceFamily,
    clientId,
    clientMode,
    role,
    roles,
    scopes,
    remoteIp,
    pinned,
  });
}

/** A device row with its tokens. */
export function deviceOf(row: Row, tokens: readonly TokenSummary[]): PairedDevice {
  const facts: Facts = JSON.parse(textOf(row, 'facts'));
  const surfaceText = optionalText(row, 'surface');
  const surface: Surface | undefined = surfaceText === undefined ? undefined : JSON.parse(surfaceText);
  const lastSeenAtMs = optionalNumber(row, 'last_seen_at_ms');
  const lastSeenReason = optionalText(row, 'last_seen_reason');
  return {
    ...facts,
    deviceId: textOf(row, 'device_id'),
    publicKey: textOf(row, 'public_key'),
    // only values of this union are ever written
    approvedVia: textOf(row, 'approved_via') as ApprovedVia,
    createdAtMs: numberOf(row, 'created_at_ms'),
    approvedAtMs: numberOf(row, 'approved_at_ms'),
    ...(lastSeenAtMs === undefined ? {} : { lastSeenAtMs }),
    ...(lastSeenReason === undefined ? {} : { lastSeenReason }),
    ...(surface === undefined ? {} : { surface }),
    tokens,
  };
}
