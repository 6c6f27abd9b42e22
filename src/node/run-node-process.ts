import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { setFlagsFromString } from 'node:v8';
import { type NodeOptions, type NodeOutcome, runNode } from './run-node.ts';

/**
 * {@link runNode} as the main thing of this process: title `clawdbot-node`; the first SIGTERM, SIGINT or SIGHUP ends it
 * in order (commands, then close 1000), a second one ends the commands without grace. The caller exits with 0.
 */
export async function runNodeProcess(options: Omit<NodeOptions, 'signal' | 'hurry'>): Promise<NodeOutcome> {
  process.title = 'clawdbot-node';
  // A scavenge of this small heap takes 0.4 ms on one thread; V8's helper threads make it 4 ms when the cores are busy,
  // which is the p99 of a decision (bench/approvals.ts).
  setFlagsFromString('--no-parallel-scavenge');
  const stop = new AbortController();
  const hurry = new AbortController();
  const onSignal = (signal: NodeJS.Signals) => {
    options.log.info(
      stop.signal.aborted ? `${signal} again; ending commands at once` : `${signal} received; stopping`,
    );
    if (stop.signal.aborted) hurry.abort();
    else stop.abort();
  };
  const signals = (['SIGTERM', 'SIGINT', 'SIGHUP'] as const).filter((name) => !isIgnored(name));
  for (const name of signals) process.on(name, onSignal);
  try {
    return await runNode({ ...options, signal: stop.signal, hurry: hurry.signal });
  } finally {
    for (const name of signals) process.off(name, onSignal);
  }
}

/** nohup(1) starts programs with SIGHUP ignored, and means it. Field SigIgn of /proc/self/status, bit N-1 for signal N. */
function isIgnored(signal: 'SIGTERM' | 'SIGINT' | 'SIGHUP'): boolean {
  try {
    const mask = /^SigIgn:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '0';
    return ((BigInt(`0x${mask}`) >> BigInt(constants.signals[signal] - 1)) & 1n) === 1n;
  } catch {
    return false; // not Linux
  }
}
