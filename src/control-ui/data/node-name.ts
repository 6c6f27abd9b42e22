import type { Node } from './wire.ts';

/** What a node is called: the name it gave itself, else the beginning of its id. Text from outside. */
export function nodeName({ displayName, nodeId }: Pick<Node, 'displayName' | 'nodeId'>): string {
  return displayName ?? nodeId.slice(0, 12);
}
