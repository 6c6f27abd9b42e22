import { type NodeOptions, type NodeOutcome, runNode } from './run-node.ts';

/**
 * {@link runNode} as the main thing of this process: title `clawdbot-node`; the first SIGTERM or SIGINT ends it in
 * order (commands, then close 1000), a second one ends the commands without grace. The caller exits with 0.
 */
export async function runNodeProcess(options: Omit<NodeOptions, 'signal' | 'hurry'>): Promise<NodeOutcome> {
  process.title = 'clawdbot-node';
  const stop = new AbortController();
  const hurry = new AbortController();
  const onSignal = (signal: NodeJS.Signals) => {
    options.log.info(
      stop.signal.aborted ? `${signal} again; ending commands at once` : `${signal} received; stopping`,
    );
    if (stop.signal.aborted) hurry.abort();
    else stop.abort();
  };
  process.on('SIGTERM', onSignal).on('SIGINT', onSignal);
  try {
    return await runNode({ ...options, signal: stop.signal, hurry: hurry.signal });
  } finally {
    process.off('SIGTERM', onSignal).off('SIGINT', onSignal);
  }
}
