import type { DeviceAsk, PairedDevice, PairingReason } from './pairing-types.ts';

/**
 * Why a device that proved its identity needs an approval, or undefined when it is trusted for what it asks
 * (gateway-protocol section 8, protocol-now sections 3.3 and 5.2).
 * Platform and family decide what a node may do and are therefore pinned, for the role node only. A family the
 * record or the device leaves out is no contradiction: older peers do not send it.
 */
export function pairingReason(
  record: PairedDevice | undefined,
  ask: Pick<DeviceAsk, 'publicKey' | 'role' | 'scopes' | 'platform' | 'deviceFamily'>,
): PairingReason | undefined {
  if (record === undefined || record.publicKey !== ask.publicKey) return 'not-paired';
  if (!record.roles.includes(ask.role)) return 'role-upgrade';
  if (!ask.scopes.every((scope) => record.scopes.includes(scope))) return 'scope-upgrade';
  if (ask.role !== 'node') return undefined;
  const isOtherPlatform = differs(platformName(record.pinned?.platform), platformName(ask.platform));
  return isOtherPlatform || differs(record.pinned?.deviceFamily, ask.deviceFamily)
    ? 'metadata-upgrade'
    : undefined;
}

function differs(pinned: string | undefined, now: string | undefined): boolean {
  return pinned !== undefined && now !== undefined && pinned.toLowerCase() !== now.toLowerCase();
}

/**
 * Node.js names and the names newer peers use are the same platform (protocol-now section 3.3); a version behind the
 * name (`macOS 15.1`, older apps) changes with every update and is no other machine.
 */
function platformName(platform: string | undefined): string | undefined {
  const name =
    platform
      ?.trim()
      .toLowerCase()
      .match(/^[a-z]+/)?.[0] ?? platform;
  if (name === 'darwin') return 'macos';
  return name === 'win' ? 'windows' : name;
}
