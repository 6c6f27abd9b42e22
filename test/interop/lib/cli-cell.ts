import { randomUUID } from 'node:crypto';
import { PATIENCE_MS } from '../../patience.ts';
import { at, type JsonObject, textAt } from '../../replay/json.ts';
import { type Cli, makeCli } from './cli.ts';
import type { Gateway } from './gateway.ts';
import { startNodeHost } from './node-host.ts';
import { connectOperator, type Operator } from './operator.ts';
import { until } from './scratch.ts';
import type { Software } from './software.ts';
import { newCell, type Pair } from './steps.ts';
import { listIn } from './wire-shapes.ts';

/** One command line on a node host of ours that belongs to it; the node comes through the proxy and has to be approved. */
export function startCliPair(
  stack: AsyncDisposableStack,
  gateway: Gateway,
  spec: { software: Software; proxyPort: number },
): Pair {
  const { software } = spec;
  const name = `box-${software}`;
  startNodeHost(stack, { software: 'own', port: spec.proxyPort, token: gateway.token, displayName: name });
  const cli = makeCli(stack, { software, port: gateway.port, token: gateway.token });
  const runner = newCell();
  const says = saysOf(cli);
  let nodeId = '';

  const listed = async (): Promise<unknown> =>
    listIn(await cli.json(['nodes', 'status', '--json']), 'nodes').find((row) => row.displayName === name);
  const connected = () =>
    until(`${name} connected`, async () => {
      const row = await listed();
      return at(row, 'connected') === true ? textAt(row, 'nodeId') : undefined;
    });

  return {
    ...runner,
    join: async () => {
      let requestId = '';
      await runner.step('pair', async () => {
        requestId = await waitingRequest(cli, name);
      });
      await runner.step('approve', async () => {
        await says(['devices', 'approve', requestId], /./);
        nodeId = await connected();
        if (gateway.software !== 'openclaw') return '';
        if (software === 'real') throw new Error('unreachable: that pair never meets');
        const pending = await cli.json(['nodes', 'pending', '--json']);
        const rows = Array.isArray(pending) ? pending : listIn(pending, 'pending');
        const offer = rows.find((row) => at(row, 'nodeId') === nodeId);
        await says(['nodes', 'approve', String(at(offer, 'requestId'))], /./);
        return 'twice';
      });
    },
    use: async () => {
      await using scope = new AsyncDisposableStack();
      const approver = await connectOperator(scope, gateway);
      await runner.step('list', () => says(['nodes', 'status'], /Known: [1-9].*Connected: [1-9]/));
      await runner.step('describe', () => says(['nodes', 'describe', '--node', name], /system\.run/));
      await runner.step('run allowed', async () => {
        await says(['approvals', 'allowlist', 'add', '/usr/bin/uname', '--node', name], /uname|stored/);
        await says(runWithoutAsking(software, { name, nodeId }), /Linux/);
      });
      const asking = { cli, approver, name, nodeId };
      await runner.step('run approved', async () => {
        await askAndRun(asking, 'allow-once');
        if (software === 'openclaw' && gateway.software === 'own') await approveWithVariables(asking);
      });
      await runner.step('deny', () => askAndRun(asking, 'deny'));
    },
    back: async () => {
      await runner.step('restart', async () => {
        await connected();
      });
    },
    revoke: async () => {
      await runner.step('revoke', async () => {
        if (software === 'openclaw') await says(['nodes', 'remove', '--node', name], /./);
        else if (software === 'own' && gateway.software !== 'real')
          await says(['devices', 'remove', nodeId], /./);
        else await says(['devices', 'revoke', '--device', nodeId, '--role', 'node'], /./);
      });
    },
  };
}

function saysOf(cli: Cli) {
  return async (args: readonly string[], text: RegExp, exitCode = 0): Promise<void> => {
    const end = await cli.run(args);
    const said = end.stdout + end.stderr;
    if (end.exitCode !== exitCode || !text.test(said))
      throw new Error(`${args.join(' ')}: status ${end.exitCode}\n${said}`);
  };
}

async function waitingRequest(cli: Cli, name: string): Promise<string> {
  return until(`${name} in devices list`, async () => {
    const list = await cli.json(['devices', 'list', '--json']).catch((thrown: unknown) => {
      // a command line that cannot talk to this gateway will not learn it; anything else may be a busy machine
      if (/protocol mismatch/.test(String(thrown))) throw thrown;
    });
    const request = listIn(list, 'pending').find((row) => row.displayName === name);
    return textAt(request, 'requestId');
  });
}

/** The command of each program that leaves the decision to the node. OpenClaw has none but the bare call. */
function runWithoutAsking(software: Software, { name, nodeId }: { name: string; nodeId: string }): string[] {
  const command = ['/usr/bin/uname', '-s'];
  if (software !== 'openclaw')
    return [
      ...['nodes', 'invoke', '--node', name, '--command', 'system.run'],
      ...['--params', JSON.stringify({ command })],
    ];
  const params = { nodeId, command: 'system.run', params: { command }, idempotencyKey: randomUUID() };
  return ['gateway', 'call', 'node.invoke', '--params', JSON.stringify(params)];
}

type AskingPair = { cli: Cli; approver: Operator; name: string; nodeId: string };

/**
 * A question and its answer. Ours and Clawdbot's ask by `nodes run`, somebody else answers. OpenClaw's command line
 * cannot ask; it answers what somebody else asks.
 */
async function askAndRun(asking: AskingPair, decision: 'allow-once' | 'deny'): Promise<void> {
  const { cli, approver, name, nodeId } = asking;
  const says = saysOf(cli);
  const word = `${decision}-${name}`;
  if (cli.software === 'openclaw') {
    const id = randomUUID();
    const asked = approver.call(
      'exec.approval.request',
      {
        id,
        command: `/usr/bin/printf ${word}`,
        ...(await planned(approver, nodeId, word)),
        host: 'node',
        requireDeliveryRoute: false,
        timeoutMs: PATIENCE_MS,
      },
      PATIENCE_MS,
    );
    await until('the question in approvals pending', async () =>
      JSON.stringify(await cli.json(['approvals', 'pending', '--json'])).includes(id) ? true : undefined,
    );
    await says(['approvals', 'resolve', id, decision], /./);
    if (at(await asked, 'decision') !== decision) throw new Error(`got ${JSON.stringify(await asked)}`);
    return;
  }
  const running = cli.run(['nodes', 'run', '--node', name, '--', '/usr/bin/printf', word]);
  const question = await Promise.race([
    approver.nextRequest({ about: word }),
    running.then((end) => {
      throw new Error(`ended before anybody was asked: ${end.exitCode}\n${end.stdout}${end.stderr}`);
    }),
  ]);
  await approver.decide(question.id, decision);
  const { exitCode, stdout, stderr } = await running;
  const isRight = decision === 'deny' ? exitCode !== 0 && stdout === '' : stdout === word;
  if (!isRight) throw new Error(`${decision}: status ${exitCode}\n${stdout}${stderr}`);
}

/** What OpenClaw's gateway wants beside a text; ours takes it, too. */
async function planned(approver: Operator, nodeId: string, word: string): Promise<object> {
  if (approver.protocol === 3) return {};
  const params = { command: ['/usr/bin/printf', word], agentId: 'main', sessionKey: 'agent:main:main' };
  const answer = await approver.call('node.invoke', {
    nodeId,
    command: 'system.run.prepare',
    params,
    idempotencyKey: randomUUID(),
  });
  return { nodeId, systemRunPlan: at(answer, 'payload', 'plan') };
}

/**
 * A planned run with variables, answered in OpenClaw's command line, which prints one text of a question and nothing else.
 * Its own gateway puts neither directory nor variables into it, so this is for ours.
 */
async function approveWithVariables({ cli, approver, nodeId }: AskingPair): Promise<void> {
  const [id, command] = [randomUUID(), ['/usr/bin/printenv', 'RELEASE']];
  const env = { RELEASE: `seven ${id}` };
  const labels = { agentId: 'main', sessionKey: 'agent:main:main' };
  const invoke = (name: string, params: JsonObject) =>
    approver.call('node.invoke', { nodeId, command: name, params, idempotencyKey: randomUUID() });
  const prepared = await invoke('system.run.prepare', { command, env, ...labels });
  const plan = at(prepared, 'payload', 'plan');
  const asked = approver.call(
    'exec.approval.request',
    { id, nodeId, systemRunPlan: plan, env, host: 'node', requireDeliveryRoute: false, timeoutMs: 60_000 },
    70_000,
  );
  const says = saysOf(cli);
  await until('the variable in approvals pending', async () => {
    const { stdout } = await cli.run(['approvals', 'pending']);
    const whole = new RegExp(`${id}: cd \\S+ && RELEASE="seven ${id}" /usr/bin/printenv RELEASE\\n`);
    return whole.test(stdout) || undefined;
  });
  await says(['approvals', 'resolve', id, 'allow-once'], /./);
  await asked;
  const ran = await invoke('system.run', { command, env, runId: id, approved: true, ...labels });
  if (at(ran, 'payload', 'stdout') !== `seven ${id}\n`) throw new Error(`got ${JSON.stringify(ran)}`);
}
