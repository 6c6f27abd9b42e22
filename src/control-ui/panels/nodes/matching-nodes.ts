import type { Node } from '../../data/wire.ts';

/** Nodes whose name, id, address or platform contains the text, case ignored; all for an empty text. Keeps the order. */
export function matchingNodes(nodes: readonly Node[], text: string): Node[] {
  const wanted = text.trim().toLowerCase();
  return nodes.filter(({ displayName, nodeId, remoteIp, platform }) =>
    [displayName, nodeId, remoteIp, platform].some((fact) => fact?.toLowerCase().includes(wanted)),
  );
}
