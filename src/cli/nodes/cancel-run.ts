import { constants } from 'node:os';
import { INVOKE_CANCEL_EVENT } from '../../protocol/index.ts';
import type { Gateway } from '../connection/gateway.ts';

export type Cancelling = Disposable & {
  /** Names the call whose command a signal has to end on the node, until disposed. Else a signal ends this process. */
  running(idempotencyKey: string): Disposable;
};

/** After a cancel the node ends the group and answers; a node that does not is not waited for any longer. */
const CANCEL_WAIT_MS = 7_000;

/**
 * Turns Ctrl-C and SIGTERM into a remote cancel. The result then comes the normal way (the command was ended by a
 * signal). A second signal, or no result in time, ends this process as the signal would.
 */
export function cancelOnSignal(run: {
  gateway: Gateway;
  nodeId: string;
  note: (text: string) => void;
}): Cancelling {
  let idempotencyKey: string | undefined;
  let timer: NodeJS.Timeout | undefined;
  const onSignal = (signal: 'SIGINT' | 'SIGTERM') => {
    const status = 128 + constants.signals[signal];
    if (idempotencyKey === undefined || timer !== undefined) process.exit(status);
    if (!run.gateway.offers('methods', INVOKE_CANCEL_EVENT)) {
      run.note('nodes run: this gateway cannot cancel; the command may go on on the node');
      process.exit(status);
    }
    timer = setTimeout(() => process.exit(status), CANCEL_WAIT_MS);
    run.note('nodes run: ending the command on the node (again to leave at once)');
    // The answer does not matter: the result of the run itself says how it ended.
    void run.gateway.tryCall(INVOKE_CANCEL_EVENT, { nodeId: run.nodeId, idempotencyKey }).catch(() => {});
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return {
    running: (key) => {
      idempotencyKey = key;
      return {
        [Symbol.dispose]: () => {
          idempotencyKey = undefined;
        },
      };
    },
    [Symbol.dispose]: () => {
      clearTimeout(timer);
      process.off('SIGINT', onSignal);
      process.off('SIGTERM', onSignal);
    },
  };
}
