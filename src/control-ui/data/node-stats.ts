import { RequestError } from '../../protocol/index.ts';
import type { Link } from '../link/link.ts';
import { createResource, type Resource } from './resource.ts';
import { type NodeStats, nodeStatsSchema, property } from './wire.ts';

const EVERY_MS = 15_000;

/** How busy a node's machine is; null for a program that cannot tell, which is then not asked again. */
export function createNodeStats(link: Link, nodeId: string): Resource<NodeStats | null> {
  let isMute = false;
  return createResource<NodeStats | null>(link, {
    everyMs: EVERY_MS,
    load: async () => {
      if (isMute || !link.offers('node.stats')) return null;
      try {
        const parsed = nodeStatsSchema.safeParse(
          property(await link.call('node.stats', { nodeId }), 'stats'),
        );
        return parsed.success ? parsed.data : null;
      } catch (thrown) {
        // Real nodes do not know the question; that does not change while they are connected.
        if (!(thrown instanceof RequestError) || thrown.shape.code !== 'INVALID_REQUEST') throw thrown;
        isMute = true;
        return null;
      }
    },
  });
}
