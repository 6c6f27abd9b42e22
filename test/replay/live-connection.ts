import { WebSocket } from 'ws';
import { parseJson } from './json.ts';

/** What the gateway did on a connection; `sequence` counts arrivals. */
export type Received = { sequence: number } & (
  | { kind: 'frame'; frame: unknown }
  | { kind: 'close'; code: number; reason: string }
);

/** A WebSocket to a gateway under test, with everything it sends kept until somebody takes it. */
export type LiveConnection = {
  /** What has arrived and was not taken yet, oldest first. */
  readonly inbox: Received[];
  /** Takes the first arrival that fits, now or before the deadline; undefined when none came. */
  take(fits: (received: Received) => boolean, deadlineMs: number): Promise<Received | undefined>;
  send(frame: unknown): void;
  sendText(text: string): void;
  /** Starts a close without a code, as the published CLI does, or drops the TCP connection. */
  close(how: 'politely' | 'by dropping it'): void;
  /** Resolves when everything the gateway sent before this moment has arrived (a ping went there and back). */
  flush(): Promise<void>;
  isOpen(): boolean;
};

/** Opens a connection. A refused or failed one counts as closed with 1006, like a lost one. */
export function openLive(url: string, headers: Readonly<Record<string, string>> = {}): LiveConnection {
  const socket = new WebSocket(url, { headers, perMessageDeflate: false, maxPayload: 26_214_400 });
  const inbox: Received[] = [];
  const waiting = new Set<() => void>();
  let sequence = 0;
  const next = (): number => {
    sequence += 1;
    return sequence;
  };
  const arrive = (received: Received): void => {
    inbox.push(received);
    for (const wake of waiting) wake();
  };
  const opened = new Promise<void>((resolve) => {
    socket.once('open', resolve);
    socket.once('close', () => resolve());
  });
  socket.on('message', (data) => {
    const text = String(data);
    arrive({ sequence: next(), kind: 'frame', frame: parseJson(text) ?? text });
  });
  socket.on('close', (code, reason) =>
    arrive({ sequence: next(), kind: 'close', code, reason: reason.toString() }),
  );
  socket.on('error', () => {}); // always followed by `close`, which is what counts

  const take = async (
    fits: (received: Received) => boolean,
    deadlineMs: number,
  ): Promise<Received | undefined> => {
    const end = performance.now() + deadlineMs;
    for (;;) {
      const index = inbox.findIndex(fits);
      if (index >= 0) return inbox.splice(index, 1)[0];
      const left = end - performance.now();
      if (left <= 0) return undefined;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(done, left);
        function done(): void {
          clearTimeout(timer);
          waiting.delete(done);
          resolve();
        }
        waiting.add(done);
      });
    }
  };
  return {
    inbox,
    take,
    send: (frame) => void opened.then(() => socket.send(JSON.stringify(frame), () => {})),
    sendText: (text) => void opened.then(() => socket.send(text, () => {})),
    close: (how) => void opened.then(() => (how === 'politely' ? socket.close() : socket.terminate())),
    flush: async () => {
      await opened;
      if (socket.readyState !== WebSocket.OPEN) return;
      const gone = new Promise<void>((resolve) => {
        socket.once('pong', () => resolve());
        socket.once('close', () => resolve());
      });
      socket.ping();
      await gone;
    },
    isOpen: () => socket.readyState === WebSocket.OPEN,
  };
}
