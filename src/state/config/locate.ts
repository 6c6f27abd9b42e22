import type { DocumentNode, ValueNode } from '@humanwhocodes/momoa';
import { parseKeyPath } from './key-path.ts';

/** Where a path stands in a text, 1-based; the deepest part that is there counts. Undefined for the empty path. */
export function locate(document: DocumentNode, path: string): { line: number; column: number } | undefined {
  if (path === '') return undefined;
  let node: ValueNode | undefined = document.body;
  let place: { line: number; column: number } | undefined;
  for (const part of parseKeyPath(path)) {
    if (node?.type === 'Array') {
      node = node.elements[Number(part)]?.value;
      place = node === undefined ? place : node.loc.start;
      continue;
    }
    if (node?.type !== 'Object') break;
    // of two equal keys the last one counts
    const member = node.members.findLast(
      ({ name }) => (name.type === 'String' ? name.value : name.name) === part,
    );
    if (member === undefined) break;
    node = member.value;
    place = member.loc.start;
  }
  return place === undefined ? undefined : { line: place.line, column: place.column };
}
