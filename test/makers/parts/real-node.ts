import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Running, start } from '../../cli/driver.ts';
import { type Setup, until } from '../setup.ts';

/** `node-status.json`, as far as makers look at it. */
export type Status = {
  pid: number;
  state: { state: string; attempt?: number; offerWaiting?: object };
  lastError?: { class: string };
};

/** What a node host writes while it runs. */
export const NODE_FILES = /\/(node-status\.json|node\.json|identity\/device-auth\.json)$/;

const nodes = new WeakMap<Setup, Running>();

/** Starts a node host of this home and waits until it says of itself what the fault is. */
export async function startNode(
  setup: Setup,
  options: {
    args: readonly string[];
    env?: Record<string, string>;
    until: (status: Status) => boolean;
  },
): Promise<void> {
  const { home, t } = setup;
  const node = start(t, ['node', 'run', '--host', '127.0.0.1', ...options.args], {
    home,
    ...(options.env === undefined ? {} : { env: options.env }),
  });
  nodes.set(setup, node);
  await until('the node host to say where it stands', () => {
    if (node.child.exitCode !== null) throw new Error(`the node host ended: ${node.output.stderr}`);
    const status = readStatus(setup);
    return status !== undefined && options.until(status);
  });
}

/** Undefined while nothing is written. */
function readStatus({ paths }: Setup): Status | undefined {
  try {
    return JSON.parse(readFileSync(join(paths.stateDir, 'node-status.json'), 'utf8'));
  } catch {
    return undefined; // not there yet, or no node host has run
  }
}

/** Ends the node host, as a person does before starting it with the right settings. */
export async function endNode(setup: Setup): Promise<void> {
  const node = nodes.get(setup);
  node?.child.kill('SIGTERM');
  await node?.ended;
}

/** The node host is ended and started again as it should be: it reaches the gateway of this setup. */
export async function startNodeRight(setup: Setup): Promise<void> {
  await endNode(setup);
  await startNode(setup, {
    args: ['--port', String(setup.port)],
    until: ({ state }) => state.state === 'connected',
  });
}

/** The node host that {@link startNode} started. */
export function nodeOf(setup: Setup): Running {
  const node = nodes.get(setup);
  if (node === undefined) throw new Error('no node host was started');
  return node;
}
