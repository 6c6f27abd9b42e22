import { reachableAddress } from './ask-http.ts';
import { bindRelation } from './bind-conflict.ts';
import type { HolderRecord } from './holder-types.ts';
import { askIdentity, type ListenerAnswer } from './identity-answer.ts';
import { inspectListeners, type Listener } from './listeners.ts';

export type ListenerClass = 'ours' | 'sibling' | 'foreign' | 'unknown';

/** A listener on the port in question, with whose it is and why that is believed. */
export type ClassifiedListener = Listener & {
  class: ListenerClass;
  /** One sentence for people. */
  why: string;
  /**
   * `blocks` when binding would fail; `narrows` when only addresses that can be done without are taken; `ambiguous` when
   * only `localhost` gets confusing.
   */
  effect: 'blocks' | 'narrows' | 'ambiguous';
  /** `unasked`: whose it is was known already. */
  answer: ListenerAnswer | { kind: 'unasked' };
};

export type PortVerdict =
  | { kind: 'free'; port: number; nearby: readonly ClassifiedListener[] }
  | { kind: 'taken'; port: number; class: ListenerClass; listeners: readonly ClassifiedListener[] };

/** 400 ms: a healthy gateway answers within 20 ms; together with the /proc walk a verdict stays below 1 s. */
const ANSWER_TIMEOUT_MS = 400;

export type PortQuestion = {
  addresses: readonly string[];
  /** Wanted too, but can be done without: `::1` beside `127.0.0.1`. Whoever has only these is not in the way. */
  optionalAddresses?: readonly string[] | undefined;
  port: number;
  /** `identityHash` of our state directory. */
  stateDirHash: string;
  /** The holder record of our state directory, when there is one. */
  record: HolderRecord | undefined;
  answerTimeoutMs?: number;
  /** `when-needed` leaves out the question to a listener whose owner the kernel proves. Default `always`. */
  ask?: 'always' | 'when-needed';
  /** What `inspectListeners` has just found, when the caller looked anyway. Default: a look at this port. */
  seen?: readonly Listener[];
};

/**
 * Says whether the given numeric addresses can be bound on a port and, if not, whose listener is in the way.
 * Sockets this process already holds (socket activation) are not in the way.
 */
export async function classifyPort(question: PortQuestion): Promise<PortVerdict> {
  const { port, seen = inspectListeners({ port }) } = question;
  const candidates = seen.filter(
    (listener) => listener.port === port && !listener.holders.some((holder) => holder.pid === process.pid),
  );
  const judged = await Promise.all(candidates.map((listener) => judge(listener, question)));
  const relevant = judged.filter((listener) => listener !== undefined);
  const blocking = relevant.filter((listener) => listener.effect === 'blocks');
  if (blocking.length === 0) return { kind: 'free', port, nearby: relevant };
  return { kind: 'taken', port, class: worst(blocking), listeners: blocking };
}

/** Splits the addresses of the settings into those a gateway needs and those it can do without. */
export function wantedAddresses(wanted: readonly { host: string; optional: boolean }[]): {
  addresses: readonly string[];
  optionalAddresses: readonly string[];
} {
  const hosts = (optional: boolean) =>
    wanted.filter((address) => address.optional === optional).map(({ host }) => host);
  return { addresses: hosts(false), optionalAddresses: hosts(true) };
}

async function judge(listener: Listener, question: PortQuestion): Promise<ClassifiedListener | undefined> {
  const relationTo = (wanted: string) => bindRelation(listener, wanted);
  const needed = question.addresses.map(relationTo);
  const optional = (question.optionalAddresses ?? []).map(relationTo);
  if ([...needed, ...optional].every((relation) => relation === 'unrelated')) return undefined;
  // Whether a listener on `::` also takes IPv4 only a connection to such an address shows.
  const doubtful = question.addresses.find((wanted) => relationTo(wanted) === 'may-block');
  const asksThere = !needed.includes('blocks') && doubtful !== undefined;
  const answer = await ask(asksThere ? doubtful : listener.address, asksThere, listener, question);
  const blocks = needed.includes('blocks') || (asksThere && answer.kind !== 'refused');
  const narrows = optional.some((relation) => relation === 'blocks' || relation === 'may-block');
  const effect = blocks ? 'blocks' : narrows ? 'narrows' : 'ambiguous';
  return { ...listener, ...classOf(listener, answer, question), effect, answer };
}

async function ask(
  via: string,
  isTest: boolean,
  listener: Listener,
  question: PortQuestion,
): Promise<ClassifiedListener['answer']> {
  const { record, ask: when = 'always', answerTimeoutMs: timeoutMs = ANSWER_TIMEOUT_MS } = question;
  if (when === 'when-needed' && !isTest && isHeldBy(listener, record)) return { kind: 'unasked' };
  return askIdentity({ address: reachableAddress(via), port: listener.port, timeoutMs });
}

/**
 * The decision alone. An answer counts only when it fits what the kernel says: the answering pid must be among the
 * processes that hold the socket, or, where those are hidden, answer, socket uid and record must agree. Why the holders
 * are hidden is not said again: `listener.hidden` says it.
 */
export function classOf(
  listener: Listener,
  answer: ClassifiedListener['answer'],
  known: { stateDirHash: string; record: HolderRecord | undefined },
): { class: ListenerClass; why: string } {
  const { record } = known;
  if (isHeldBy(listener, record))
    return { class: 'ours', why: `pid ${record?.pid} of the holder record has the socket open` };
  if (answer.kind === 'identity') {
    const { identity } = answer;
    const proven =
      listener.holders.some((holder) => sameLife(holder, identity)) ||
      (listener.hidden !== undefined &&
        record !== undefined &&
        sameLife(record, identity) &&
        record.uid === listener.uid);
    if (proven && identity.stateDirHash === known.stateDirHash) {
      return { class: 'ours', why: `it answers as pid ${identity.pid} of this state directory` };
    }
    if (listener.holders.some((holder) => sameLife(holder, identity))) {
      return { class: 'sibling', why: `it answers as ${identity.service} of another state directory` };
    }
    return {
      class: listener.holders.length > 0 ? 'foreign' : 'unknown',
      why: `it answers as ${identity.service} pid ${identity.pid}, which ${listener.holders.length > 0 ? 'does not have the socket open' : 'cannot be proven from here'}`,
    };
  }
  const spoken = answer.kind === 'other' ? answer.said : 'it gives no answer';
  if (listener.holders.length > 0) return { class: 'foreign', why: spoken };
  return {
    class: 'unknown',
    why: listener.hidden === undefined ? `${spoken}; its process ended meanwhile` : spoken,
  };
}

/** Whether the process of a holder record has the socket open. Known from the kernel, so also of one that is silent. */
export function isHeldBy(listener: Listener, record: HolderRecord | undefined): boolean {
  return record !== undefined && listener.holders.some((holder) => sameLife(holder, record));
}

type Life = { pid: number; startTicks: number; bootId: string };

/** Whoever speaks from inside a container names the pid it has there; ticks and boot are the machine's. */
function sameLife(a: Life & { innerPid?: number }, b: Life): boolean {
  const isSamePid = a.pid === b.pid || a.innerPid === b.pid;
  return isSamePid && a.startTicks === b.startTicks && a.bootId === b.bootId;
}

/** What stands in the way counts: one foreign listener spoils a port that is otherwise ours. */
function worst(listeners: readonly ClassifiedListener[]): ListenerClass {
  const order: ListenerClass[] = ['foreign', 'unknown', 'sibling', 'ours'];
  return order.find((kind) => listeners.some((listener) => listener.class === kind)) ?? 'unknown';
}
