import { createInterface } from 'node:readline';
import type { ApprovalDecision } from '../../protocol/index.ts';

/** The questions and answers of the prompt; an empty line asks again: no decision is made by leaning on Enter. */
const ANSWERS: ReadonlyMap<string, ApprovalDecision> = new Map([
  ['o', 'allow-once'],
  ['once', 'allow-once'],
  ['a', 'allow-always'],
  ['always', 'allow-always'],
  ['d', 'deny'],
  ['deny', 'deny'],
  ['n', 'deny'],
]);

/** Can a person be asked right here? */
export function canPrompt(): boolean {
  return process.stdin.isTTY === true && process.stderr.isTTY === true;
}

/**
 * Asks the person at this terminal, on stderr. `undefined` when `signal` aborts first: somebody else decided, or
 * nobody in time. The end of the input is a no.
 */
export async function promptApproval(signal: AbortSignal): Promise<ApprovalDecision | undefined> {
  const lines = createInterface({ input: process.stdin, output: process.stderr, terminal: true });
  // In raw mode Ctrl-C is a key; the process shall get it as the signal it is elsewhere.
  lines.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  try {
    for (;;) {
      const answer = await question(lines, signal);
      if (answer === undefined) return undefined;
      const decision = ANSWERS.get(answer.trim().toLowerCase());
      if (decision !== undefined) return decision;
    }
  } finally {
    lines.close();
  }
}

function question(
  lines: ReturnType<typeof createInterface>,
  signal: AbortSignal,
): Promise<string | undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve(undefined);
    signal.addEventListener('abort', () => resolve(undefined), { once: true });
    lines.once('close', () => resolve(signal.aborted ? undefined : 'deny'));
    lines.question('Allow it? [o]nce, [a]lways, [d]eny: ', { signal }, resolve);
  });
}
