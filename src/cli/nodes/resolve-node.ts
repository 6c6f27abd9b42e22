import type { NodeEntry } from '../../protocol/index.ts';

/** The part of a node by which people name it. */
export type NamedNode = Pick<NodeEntry, 'nodeId' | 'displayName' | 'remoteIp'>;

export type NodeChoice<N> =
  | { kind: 'found'; node: N }
  | { kind: 'unknown'; known: readonly string[] }
  | { kind: 'ambiguous'; matches: readonly string[] };

/** Shorter prefixes of an id are not accepted (cli-and-state §4). */
const MIN_PREFIX = 6;

/**
 * The node a person means: exact id, IP address, name (compared as a slug), id prefix of at least 6 characters.
 * An exact id beats everything; the other ways are tried together, so that a name equal to another node's prefix is
 * ambiguous, not a guess.
 */
export function resolveNode<N extends NamedNode>(query: string, nodes: readonly N[]): NodeChoice<N> {
  const wanted = query.trim();
  const exact = nodes.find((node) => node.nodeId === wanted);
  if (exact !== undefined) return { kind: 'found', node: exact };
  const matches = wanted === '' ? [] : nodes.filter((node) => answersTo(node, wanted));
  const [only] = matches;
  if (matches.length === 1 && only !== undefined) return { kind: 'found', node: only };
  if (matches.length > 1) return { kind: 'ambiguous', matches: matches.map(fullLabel) };
  return { kind: 'unknown', known: nodes.map(nodeLabel) };
}

/** Name, else IP, else id. */
export function nodeLabel({ displayName, remoteIp, nodeId }: NamedNode): string {
  return displayName?.trim() || remoteIp || nodeId;
}

/** The name in lower case with runs of other characters as one `-`, as the reference compares names. */
export function nameSlug(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-+|-+$/g, '');
}

function answersTo(node: NamedNode, wanted: string): boolean {
  if (node.remoteIp === wanted) return true;
  const slug = nameSlug(wanted);
  if (slug !== '' && node.displayName !== undefined && nameSlug(node.displayName) === slug) return true;
  return wanted.length >= MIN_PREFIX && node.nodeId.startsWith(wanted.toLowerCase());
}

/** Two nodes of one name need their ids to be told apart. */
function fullLabel(node: NamedNode): string {
  return `${nodeLabel(node)} (${node.nodeId.slice(0, 12)})`;
}
