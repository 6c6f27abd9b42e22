import * as z from 'zod/mini';
import type { PeerTroubles } from '../../protocol/index.ts';
import { askHttp, type PortVerdict, reachableAddress } from '../../supervisor/index.ts';

export type ProbeFact =
  /** No gateway of ours answers, so there is nothing to ask. */
  | { kind: 'none' }
  | {
      kind: 'answered';
      /** HTTP status for a request under a name that is not ours; undefined when there was no answer. */
      foreignHost: number | undefined;
      /** `/readyz`. */
      ready: { status: number | undefined; reasons: readonly string[] };
      /** Zero with a gateway that does not say. */
      peers: PeerTroubles;
    };

/** 500 ms: both answers come from memory. */
const ANSWER_MS = 500;

/** Asks the gateway that answered as ours two questions. The second one is what a page of somebody else would ask (F-96). */
export async function collectProbe(port: PortVerdict): Promise<ProbeFact> {
  const listeners = port.kind === 'taken' ? port.listeners : port.nearby;
  const ours = listeners.find((listener) => listener.class === 'ours' && listener.answer.kind === 'identity');
  if (ours === undefined || ours.answer.kind !== 'identity') return { kind: 'none' };
  const { scheme } = ours.answer;
  const listener = { scheme, address: reachableAddress(ours.address), port: ours.port, timeoutMs: ANSWER_MS };
  const [foreign, ready] = await Promise.all([
    askHttp({ ...listener, path: '/', host: 'rebound.invalid' }),
    askHttp({ ...listener, path: '/readyz' }),
  ]);
  return {
    kind: 'answered',
    foreignHost: foreign.kind === 'answered' ? foreign.status : undefined,
    ready:
      ready.kind === 'answered'
        ? { status: ready.status, reasons: reasonsIn(ready.body) }
        : { status: undefined, reasons: [] },
    peers: ready.kind === 'answered' ? peersIn(ready.body) : NO_TROUBLE,
  };
}

const NO_TROUBLE: PeerTroubles = { twins: 0, lockouts: 0 };
const answerSchema = z.object({ peers: z.object({ twins: z.number(), lockouts: z.number() }) });

function peersIn(body: string): PeerTroubles {
  try {
    return answerSchema.safeParse(JSON.parse(body)).data?.peers ?? NO_TROUBLE;
  } catch {
    return NO_TROUBLE; // no JSON: `ready` says what came instead
  }
}

function reasonsIn(body: string): string[] {
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value !== 'object' || value === null || !('reasons' in value)) return [];
    return Array.isArray(value.reasons) ? value.reasons.filter((reason) => typeof reason === 'string') : [];
  } catch {
    return [];
  }
}
