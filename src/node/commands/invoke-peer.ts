import type { ExecOutput } from '../../protocol/index.ts';

/** The gateway connection as a node command sees it. */
export type InvokePeer = {
  /** `node.event`; not waited for, a reply that never comes holds nothing up. */
  sendEvent(event: string, payload: unknown): void;
  /** Undefined when this gateway does not forward output. Rejects when a chunk is not answered in time. */
  sendOutput: ((chunk: ExecOutput) => Promise<unknown>) | undefined;
  /** This gateway writes down what was decided (see run-decision.ts of the protocol). */
  keepsDecisions: boolean;
  /** It sends plans with approved runs (protocol 4); without one it is nobody's approval. */
  needsPlan: boolean;
  /** Bytes a `payloadJSON` may take inside its frame. */
  maxResultBytes: number;
};
