/** `nodes run --env` of a command line of protocol 3: its question shows no variables, its run sets some. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { eventually } from '../supervisor/program.ts';
import { startTestGateway } from './support/gateway.ts';
import { connectNode, connectOperator } from './support/peers.ts';

const COMMAND = ['printenv', 'RELEASE'];

async function setUp(t: TestContext) {
  const gateway = await startTestGateway(t);
  const sent: Record<string, unknown>[] = [];
  const node = await connectNode(gateway, {
    onEvent: ({ event, payload }, connection) => {
      if (event !== 'node.invoke.request') return;
      const { id, nodeId, paramsJSON } = Object(payload);
      sent.push(JSON.parse(paramsJSON));
      void connection?.request('node.invoke.result', { id, nodeId, ok: true, payload: {} });
    },
  });
  const [operator, approver] = [await connectOperator(gateway), await connectOperator(gateway)];
  let count = 0;
  return {
    sent,
    open: () => gateway.core.desk.list(),
    /** Answers the one question that is open and gives what it showed. */
    answer: async (decision: string): Promise<string> => {
      await eventually(() => gateway.core.desk.list().length === 1 || undefined);
      const [question] = gateway.core.desk.list();
      await approver.request('exec.approval.resolve', { id: question?.id, decision });
      return question?.request.command ?? '';
    },
    ask: () => operator.request('exec.approval.request', { command: COMMAND.join(' '), host: 'node' }),
    run: (env: Record<string, string>) => {
      count += 1;
      return operator.request('node.invoke', {
        nodeId: node.keys.deviceId,
        command: 'system.run',
        idempotencyKey: `k${count}`,
        params: { command: COMMAND, env, approved: true, approvalDecision: 'allow-once' },
      });
    },
  };
}

test('variables of an approved run are asked about with the run, and covered once', async (t) => {
  const { sent, answer, ask, run, open } = await setUp(t);
  assert.equal((await Promise.all([answer('allow-once'), ask()]))[0], 'printenv RELEASE');
  const env = { RELEASE: 'seven of nine', BUILD: '7' };
  const [shown] = await Promise.all([answer('allow-once'), run(env)]);
  assert.equal(shown, 'RELEASE="seven of nine" BUILD=7 printenv RELEASE');
  assert.deepEqual([sent[0]?.['approved'], sent[0]?.['env']], [true, env]);
  await run(env);
  assert.equal(sent[1]?.['approved'], undefined, 'used up');
  assert.equal(open().length, 0, 'nobody agreed to the words a second time, so nobody is asked');
});

test('variables that are denied are not covered, and the answer about the words is used up', async (t) => {
  const { sent, answer, ask, run } = await setUp(t);
  await Promise.all([answer('allow-once'), ask()]);
  await Promise.all([answer('deny'), run({ RELEASE: 'seven' })]);
  await run({});
  assert.deepEqual(
    sent.map(({ approved }) => approved),
    [undefined, undefined],
  );
});

for (const name of ['LD_PRELOAD', 'NODE_OPTIONS', 'PATH', 'BASH_ENV', 'git_ssh'])
  test(`nobody is asked about ${name}, and no answer covers it`, async (t) => {
    const { sent, answer, ask, run, open } = await setUp(t);
    await Promise.all([answer('allow-once'), ask()]);
    await run({ RELEASE: 'seven', [name]: '/tmp/x' });
    assert.equal(sent[0]?.['approved'], undefined);
    assert.equal(open().length, 0);
  });

test('language and colours need no second question', async (t) => {
  const { sent, answer, ask, run } = await setUp(t);
  await Promise.all([answer('allow-once'), ask()]);
  await run({ LANG: 'C.UTF-8', NO_COLOR: '1' });
  assert.equal(sent[0]?.['approved'], true);
});
