import type { Surface } from './pairing-types.ts';

/** Equal for the same offer, in whatever order it was made. */
export function surfaceKey({ caps = [], commands = [], permissions = {} }: Partial<Surface> = {}): string {
  const sortedPermissions = Object.entries(permissions).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([[...caps].sort(), [...commands].sort(), sortedPermissions]);
}
