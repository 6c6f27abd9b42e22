import { PATIENCE_MS } from '../../patience.ts';
import { at, textAt } from '../../replay/json.ts';
import type { Gateway } from './gateway.ts';
import { type NodeHost, startNodeHost } from './node-host.ts';
import { connectOperator, type Operator } from './operator.ts';
import { until } from './scratch.ts';
import type { Software } from './software.ts';
import { newCell, type Pair, type Step } from './steps.ts';
import { listIn } from './wire-shapes.ts';

/** The names a run is asked under; the published programs use the same. */
const LABELS = { agentId: 'main', sessionKey: 'agent:main:main' } as const;

/** For a command on a node, and for a person's answer. */
const ANSWER_MS = 120_000;
/** For what a pair is known not to do, once it has been refused: longer than the pauses between its first attempts. */
const STOPPED_MS = 10_000;

/** One node host with one gateway, driven over the protocol. */
export type NodePair = Pair & { node: NodeHost };

/** Starts the node host; it comes through the proxy, so that the gateway takes it for remote. */
export function startNodePair(
  stack: AsyncDisposableStack,
  gateway: Gateway,
  spec: {
    software: Software;
    proxyPort: number;
    /** The step this pair is known not to get through. */
    stopsAt?: Step | undefined;
  },
): NodePair {
  const { stopsAt } = spec;
  const patienceMs = (step: Step) => (step === stopsAt ? STOPPED_MS : PATIENCE_MS);
  const name = `${spec.software}-node`;
  const node = startNodeHost(stack, {
    software: spec.software,
    port: spec.proxyPort,
    token: gateway.token,
    displayName: name,
  });
  const runner = newCell();
  let nodeId = '';

  const entry = async (operator: Operator): Promise<unknown> => {
    const nodes = listIn(await operator.call('node.list', {}), 'nodes');
    return nodes.find((row) => row.displayName === name);
  };
  const connected = (operator: Operator, step: Step, everyMs = 50): Promise<string> =>
    until(
      `${name} connected`,
      async () => {
        const row = await entry(operator);
        return at(row, 'connected') === true ? textAt(row, 'nodeId') : undefined;
      },
      patienceMs(step),
      everyMs,
    );

  return {
    ...runner,
    node,
    join: async () => {
      await using scope = new AsyncDisposableStack();
      const approver = await connectOperator(scope, gateway);
      let requestId = '';
      await runner.step('pair', async () => {
        if (stopsAt === 'pair') await node.waitForOutput('connect failed', PATIENCE_MS);
        requestId = await until(
          `${name} asking to be paired`,
          async () => {
            const pending = listIn(await approver.call('device.pair.list', {}), 'pending');
            return textAt(
              pending.find((row) => row.displayName === name),
              'requestId',
            );
          },
          patienceMs('pair'),
        );
        // A person comes after the refusal. OpenClaw's gateway looks at its store once more before it refuses: an approval
        // within those milliseconds lets a node in that otherwise stops for ever.
        await node.waitForOutput('pairing required', PATIENCE_MS);
      });
      await runner.step('approve', async () => {
        const approvedAt = performance.now();
        await approver.call('device.pair.approve', { requestId });
        nodeId = await connected(approver, 'approve');
        const ms = Math.round(performance.now() - approvedAt);
        const more = await approveOffer(approver, nodeId);
        return `${ms} ms${more}`;
      });
    },
    use: async () => {
      await using scope = new AsyncDisposableStack();
      const asker = await connectOperator(scope, gateway);
      const approver = await connectOperator(scope, gateway);
      await runner.step('list', async () => {
        if (at(await entry(asker), 'connected') !== true) throw new Error('not listed as connected');
      });
      await runner.step('describe', async () => {
        const commands = at(await asker.call('node.describe', { nodeId }), 'commands');
        if (!Array.isArray(commands) || !commands.includes('system.run'))
          throw new Error(`commands: ${JSON.stringify(commands)}`);
      });
      const run = runnerOf(gateway, nodeId, { asker, approver });
      await runner.step('run allowed', async () => {
        await run.setPolicy();
        same(await run.invoke(['/usr/bin/uname', '-s'], {}), 'Linux\n');
        await refused(() => run.invoke(['/usr/bin/id', '-u'], {}));
      });
      await runner.step('run approved', async () => {
        same(await run.askAndRun(['/usr/bin/printf', name], 'allow-once'), name);
      });
      await runner.step('deny', () =>
        refused(() => run.askAndRun(['/usr/bin/printf', `no-${name}`], 'deny')),
      );
    },
    back: async (readyAt) => {
      await using scope = new AsyncDisposableStack();
      await runner.step('restart', async () => {
        const operator = await until('an operator connected', () =>
          connectOperator(scope, gateway).catch(() => undefined),
        );
        await connected(operator, 'restart', 25);
        return `${Math.round(performance.now() - readyAt)} ms`;
      });
    },
    revoke: async () => {
      await using scope = new AsyncDisposableStack();
      await runner.step('revoke', async (): Promise<string | undefined> => {
        const operator = await connectOperator(scope, gateway);
        if (operator.protocol === 3) {
          await operator.call('device.token.revoke', { deviceId: nodeId, role: 'node' });
          return 'token only';
        }
        await operator.call('node.pair.remove', { nodeId });
        await until(`${name} shut out`, async () =>
          at(await entry(operator), 'connected') === true ? undefined : true,
        );
        return undefined;
      });
    },
  };
}

/** OpenClaw asks once more, about the commands; ours has approved them with the node. */
async function approveOffer(operator: Operator, nodeId: string): Promise<string> {
  if (operator.protocol === 3) return '';
  const pending = listIn(await operator.call('node.pair.list', {}), 'pending');
  const request = pending.find((row) => row.nodeId === nodeId);
  if (request === undefined) return '';
  await operator.call('node.pair.approve', { requestId: String(request.requestId) });
  return ', twice';
}

function runnerOf(gateway: Gateway, nodeId: string, who: { asker: Operator; approver: Operator }) {
  const { asker, approver } = who;
  let count = 0;
  const call = async (command: string, params: object): Promise<unknown> => {
    count += 1;
    const idempotencyKey = `${nodeId.slice(0, 8)}-${process.pid}-${count}`;
    const answer = await asker.call(
      'node.invoke',
      { nodeId, command, params, timeoutMs: ANSWER_MS, idempotencyKey },
      ANSWER_MS + 5_000,
    );
    return at(answer, 'payload');
  };
  const invoke = async (command: readonly string[], more: object): Promise<unknown> =>
    at(await call('system.run', { command, ...LABELS, ...more }), 'stdout');

  /** As the command line of protocol 3 asks: a text, and the answer counts for the run that follows. */
  const askByText = async (command: readonly string[], decision: 'allow-once' | 'deny'): Promise<unknown> => {
    const asked = asker.call('exec.approval.request', {
      command: command.join(' '),
      host: 'node',
      agentId: LABELS.agentId,
      timeoutMs: ANSWER_MS,
    });
    asked.catch(() => undefined); // awaited below; a refusal must not end the test process before that
    await approver.decide(
      (await Promise.race([approver.nextRequest({ about: command.join(' ') }), asked.then(neverAsked)])).id,
      decision,
    );
    const given = at(await asked, 'decision');
    if (given === decision && decision === 'deny' && gateway.software === 'real')
      throw new Error('denied, and an honest client stops here'); // that gateway would believe a claim
    return invoke(command, { approved: true, approvalDecision: 'allow-once' });
  };

  /** As clients of protocol 4 ask: the node plans, the answer is bound to the plan. */
  const askByPlan = async (command: readonly string[], decision: 'allow-once' | 'deny') => {
    const { plan } = Object(await call('system.run.prepare', { command, ...LABELS }));
    const asked = await asker.call('exec.approval.request', {
      host: 'node',
      nodeId,
      systemRunPlan: plan,
      ...LABELS,
      security: 'allowlist',
      ask: 'on-miss',
      timeoutMs: ANSWER_MS,
      twoPhase: true,
    });
    const id = textAt(asked, 'id') ?? '';
    await approver.nextRequest({ about: command.join(' ') });
    await approver.decide(id, decision);
    await asker.call('exec.approval.waitDecision', { id });
    return invoke(plan.argv, {
      rawCommand: plan.commandText,
      cwd: plan.cwd,
      systemRunPlan: plan,
      runId: id,
      approved: true,
      approvalDecision: 'allow-once',
    });
  };

  return {
    invoke,
    setPolicy: async () => {
      const { hash, file } = Object(await asker.call('exec.approvals.node.get', { nodeId }));
      const policy = {
        ...Object(file),
        version: 1,
        defaults: { security: 'allowlist', ask: 'on-miss', askFallback: 'deny' },
        agents: { main: { allowlist: [{ pattern: '/usr/bin/uname' }] } },
      };
      await asker.call('exec.approvals.node.set', { nodeId, file: policy, baseHash: hash });
    },
    askAndRun: async (command: readonly string[], decision: 'allow-once' | 'deny') => {
      const { commands } = Object(await asker.call('node.describe', { nodeId }));
      const plans = asker.protocol === 4 && commands.includes('system.run.prepare');
      return plans ? askByPlan(command, decision) : askByText(command, decision);
    },
  };
}

function neverAsked(answer: unknown): never {
  throw new Error(`answered before anybody was asked: ${JSON.stringify(answer)}`);
}

function same(found: unknown, wanted: unknown): void {
  if (found !== wanted) throw new Error(`got ${JSON.stringify(found)} instead of ${JSON.stringify(wanted)}`);
}

async function refused(work: () => Promise<unknown>): Promise<void> {
  const output = await work().catch(() => undefined);
  if (output !== undefined) throw new Error(`ran all the same: ${JSON.stringify(output)}`);
}
