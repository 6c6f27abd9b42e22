import type { TestContext } from 'node:test';
import { cleanUp } from '../clean-up.ts';
import { TOKEN } from '../gateway/support/gateway.ts';
import { connectNode, connectOperator, REMOTE, type TestPeer } from '../gateway/support/peers.ts';
import { makeHome, type RunningNode, startNode, until } from '../node/fixtures/running-node.ts';

/** Where a gateway answers, whatever it runs in. */
export type Reachable = { url: string; port: number };

/** A policy that asks about everything no rule covers. */
export const ASKING = {
  version: 1,
  defaults: { security: 'allowlist', ask: 'on-miss', askFallback: 'deny' },
  agents: { main: { allowlist: [{ pattern: '/usr/bin/uptime' }, { pattern: '/usr/bin/git' }] } },
};

/** A policy that lets everything run. */
export const OPEN = { version: 1, defaults: { security: 'full', ask: 'off' } };

/** A real node host that the gateway accepts as local. */
export function startLocalNode(
  t: TestContext,
  gateway: Reachable,
  { name, policy = OPEN, version }: { name: string; policy?: object; version?: string },
): RunningNode {
  const { paths } = makeHome(t, policy);
  return startNode(t, {
    paths,
    port: gateway.port,
    displayName: name,
    token: TOKEN,
    ...(version === undefined ? {} : { version }),
  });
}

/** A node that asks to be let in from elsewhere; it is refused until somebody approves it. */
export async function askForPairing(gateway: Reachable, displayName: string): Promise<void> {
  await connectNode(gateway, { displayName, headers: REMOTE }).then(
    () => {
      throw new Error('the node was let in without approval');
    },
    () => undefined,
  );
}

/** Opens a question and leaves it open; the operator who asked is given back. */
export async function askAboutCommand(
  t: TestContext,
  gateway: Reachable,
  request: {
    id: string;
    command: string;
    commandArgv?: string[];
    nodeId?: string;
    cwd?: string;
    timeoutMs?: number;
  },
): Promise<{ asker: TestPeer; answer: Promise<unknown> }> {
  const asker = await connectOperator(gateway, { displayName: 'agent runner' });
  cleanUp(t, () => asker.close());
  const answer = asker.request('exec.approval.request', {
    agentId: 'main',
    host: 'node',
    timeoutMs: 600_000,
    ...request,
  });
  answer.catch(() => undefined); // the gateway of the test may stop first
  return { asker, answer };
}

/** A gateway as somebody meets it: nodes, one offline, one that wants in, a question, some log. */
export async function populate(
  t: TestContext,
  gateway: Reachable,
  options: { version?: string } = {},
): Promise<void> {
  const workshop = startLocalNode(t, gateway, { name: 'workshop', policy: ASKING, ...options });
  startLocalNode(t, gateway, { name: 'build-server', ...options });
  const gone = await connectNode(gateway, { displayName: 'laptop' });
  gone.close();
  await askForPairing(gateway, 'raspberry-kitchen');
  await until('the node is connected', () => workshop.state()?.state === 'connected');
  const observer = await connectOperator(gateway);
  const { nodes } = (await observer.request('node.list', {})) as {
    nodes: { nodeId: string; displayName: string }[];
  };
  observer.close();
  const nodeId = nodes.find(({ displayName }) => displayName === 'workshop')?.nodeId;
  const command = 'systemctl restart nginx && nginx -t';
  await askAboutCommand(t, gateway, {
    id: 'question-1',
    command,
    commandArgv: ['/bin/sh', '-lc', command],
    ...(nodeId === undefined ? {} : { nodeId }),
    cwd: '/etc',
  });
}
