import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** What the clients of `fixtures/connect-often.ts` saw. */
export type Count = {
  connected: number;
  answered: number;
  /** Nobody listened. */
  refused: number;
  /** No answer, refused connections included. */
  cut: number;
  /** Waited for longer than 60 s. */
  slow: number;
  longestMs: number;
};

/** Does something while `clients`, a started `fixtures/connect-often.ts`, come back again and again. */
export async function underLoad<T>(
  clients: ChildProcess,
  what: () => Promise<T>,
): Promise<{ value: T; count: Count }> {
  let printed = '';
  const running = new Promise<void>((resolve, reject) => {
    clients.stdout?.on('data', (chunk) => {
      printed += String(chunk);
      resolve();
    });
    clients.once('close', () => reject(new Error(`the clients ended: ${printed}`)));
  });
  const ended = once(clients, 'close');
  await running;
  const value = await what();
  clients.stdin?.end();
  await ended;
  return { value, count: JSON.parse(printed.trim().split('\n').at(-1) ?? '{}') };
}
