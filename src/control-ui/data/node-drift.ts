import type { Node } from './wire.ts';

/**
 * Connected nodes that run another version than the gateway. Versions that are no numbers (`dev`, `test`) say nothing
 * about age, so they never count. Pure.
 */
export function driftedNodes<T extends Pick<Node, 'connected' | 'version'>>(
  nodes: readonly T[],
  gatewayVersion: string | undefined,
): T[] {
  return nodes.filter((node) => isDrifted(node, gatewayVersion));
}

/** Does this node run another version than the gateway? */
export function isDrifted(
  { connected, version }: Pick<Node, 'connected' | 'version'>,
  gatewayVersion: string | undefined,
): boolean {
  return (
    connected &&
    version !== undefined &&
    gatewayVersion !== undefined &&
    /^\d+\.\d/.test(version) &&
    /^\d+\.\d/.test(gatewayVersion) &&
    version !== gatewayVersion
  );
}
