import { PATIENCE_MS } from '../../patience.ts';
import { type Child, startChild } from './child.ts';
import { scratchHome } from './scratch.ts';
import { commandOf, environmentOf, NAMES, type Software } from './software.ts';

/** A live node host. */
export type NodeHost = {
  software: Software;
  home: string;
  /** Everything said since the first start, over all restarts. */
  output(): string;
  /** Resolves when `text` was said, now or in a later run. */
  waitForOutput(text: string, deadlineMs?: number): Promise<void>;
  starts(): number;
  /** The pid of the present run. */
  pid(): number;
  stop(): Promise<void>;
};

export type NodeHostSpec = {
  software: Software;
  port: number;
  token?: string;
  displayName: string;
  home?: string;
};

/**
 * Starts a node host and keeps it running: the published one ends with status 0 after any disconnect and counts on
 * systemd to start it again (there after 5 s, here after 300 ms). Ours is expected never to need that; `starts` tells.
 */
export function startNodeHost(stack: AsyncDisposableStack, spec: NodeHostSpec): NodeHost {
  const home = spec.home ?? scratchHome(stack, `${spec.software}-node`);
  const more: Record<string, string> =
    spec.token === undefined ? {} : { [`${NAMES[spec.software].prefix}_GATEWAY_TOKEN`]: spec.token };
  let earlier = '';
  let starts = 0;
  let stopping = false;
  let child: Child;
  const launch = (): void => {
    starts += 1;
    child = startChild({
      command: commandOf(spec.software, [
        'node',
        'run',
        '--host',
        '127.0.0.1',
        '--port',
        String(spec.port),
        '--display-name',
        spec.displayName,
      ]),
      env: environmentOf(spec.software, home, more),
      cwd: home,
    });
    const mine = child;
    mine.ended
      .then(() => {
        earlier += mine.output();
        if (!stopping) setTimeout(() => (stopping ? undefined : launch()), 300);
      })
      .catch((cause: unknown) => {
        earlier += `\ncannot start the node host: ${String(cause)}\n`;
      });
  };
  launch();
  const output = (): string =>
    child.output() === '' || earlier.endsWith(child.output()) ? earlier : earlier + child.output();
  const stop = async (): Promise<void> => {
    stopping = true;
    await child.stop('SIGTERM', 3_000);
  };
  stack.defer(stop);
  return {
    software: spec.software,
    home,
    output,
    starts: () => starts,
    pid: () => child.pid,
    stop,
    waitForOutput: async (text, deadlineMs = PATIENCE_MS) => {
      const end = performance.now() + deadlineMs;
      while (!output().includes(text)) {
        if (performance.now() > end) throw new Error(`cannot see ${text} from the node host:\n${output()}`);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },
  };
}
