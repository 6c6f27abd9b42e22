/** Protocol versions this build speaks. */
export const PROTOCOL_MIN = 3;
export const PROTOCOL_MAX = 4;

export type ProtocolVersion = 3 | 4;

/**
 * The version two peers agree on: the highest number inside both ranges, else undefined. A 3..3 client is always
 * answered with 3, even by a gateway that speaks more: a protocol 4 node that fell back reconnects otherwise
 * (protocol-now §2.3).
 */
export function negotiate(client: { min: number; max: number }): ProtocolVersion | undefined {
  const highest = Math.min(client.max, PROTOCOL_MAX);
  if (highest < client.min || highest < PROTOCOL_MIN) return undefined;
  return highest === 4 ? 4 : 3;
}
