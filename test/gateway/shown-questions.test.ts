/** What people are shown of a question: all that would run, whole, with nothing hidden in it. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { eventually } from '../supervisor/program.ts';
import { startTestGateway } from './support/gateway.ts';
import { connectNode, connectOperator } from './support/peers.ts';

const POLICY = { security: 'allowlist', ask: 'on-miss', askFallback: 'deny', autoAllowSkills: false };

function planOf(argv: string[], extra: object = {}): object {
  return {
    argv,
    cwd: '/tmp',
    commandText: 'harmless',
    agentId: null,
    sessionKey: null,
    policySnapshot: { ...POLICY, allowlistRules: [] },
    ...extra,
  };
}

/** A published node of protocol 4, who asks about it, and who answers. */
async function setUp(t: TestContext) {
  const gateway = await startTestGateway(t);
  const runs: Record<string, unknown>[] = [];
  const node = await connectNode(gateway, {
    protocol: 4,
    commands: ['system.run', 'system.run.prepare'],
    onEvent: ({ event, payload }, connection) => {
      if (event !== 'node.invoke.request') return;
      const { id, nodeId, paramsJSON } = Object(payload);
      runs.push(JSON.parse(paramsJSON));
      void connection?.request('node.invoke.result', { id, nodeId, ok: true, payload: {} });
    },
  });
  const [asker, approver] = [
    await connectOperator(gateway, { protocol: 4 }),
    await connectOperator(gateway, { protocol: 4 }),
  ];
  const { deviceId: nodeId } = node.keys;
  const ask = async (request: object): Promise<string> =>
    Object(await asker.request('exec.approval.request', { host: 'node', nodeId, twoPhase: true, ...request }))
      .id;
  return { gateway, nodeId, runs, asker, approver, ask };
}

test('directory and variables of a planned run are in every text that an approver of protocol 4 may show', async (t) => {
  const { nodeId, runs, asker, approver, ask } = await setUp(t);
  const env = { RELEASE: 'seven of nine', BUILD: '7' };
  const text = 'cd /tmp && RELEASE="seven of nine" BUILD=7 /bin/sh -c "echo $RELEASE"';
  const argv = ['/bin/sh', '-c', 'echo $RELEASE'];
  const id = await ask({ systemRunPlan: planOf(argv, { commandPreview: 'echo $RELEASE' }), env });
  const event = await eventually(() =>
    approver.events.find((seen) => seen.event === 'exec.approval.requested'),
  );
  const [row] = (await approver.request('exec.approval.list', {})) as unknown[];
  for (const { request } of [Object(event.payload), Object(row)]) {
    assert.equal(request.command, text);
    assert.deepEqual(request.envKeys, ['BUILD', 'RELEASE']);
    // Some fall back to the plan, and show its preview in place of its text.
    assert.deepEqual([request.systemRunPlan.commandText, request.systemRunPlan.commandPreview], [text, null]);
  }
  const screen = Object(await approver.request('exec.approval.get', { id }));
  const { presentation } = Object(await approver.request('approval.get', { id })).approval;
  for (const shown of [screen, presentation])
    assert.deepEqual([shown.commandText, shown.commandPreview], [text, null]);

  await approver.request('approval.resolve', { id, kind: 'exec', decision: 'allow-once' });
  const run = (given: object, key: string) =>
    asker.request('node.invoke', {
      nodeId,
      command: 'system.run',
      params: { command: argv, runId: id, approved: true, env: given },
      idempotencyKey: key,
    });
  await assert.rejects(run({ ...env, BUILD: '8' }, 'other'), /another environment/);
  await run(env, 'shown');
  assert.deepEqual([runs.at(-1)?.['approved'], runs.at(-1)?.['env']], [true, env]);
});

test('nothing a requester writes is hidden from people or moves what they read', async (t) => {
  const { approver, ask, gateway } = await setUp(t);
  const plan = planOf(['/usr/bin/id', '\u202en-'], { cwd: '/tmp/\u001b[2K', agentId: 'a\u200b' });
  await ask({ systemRunPlan: plan, warningText: 'checked\nby \u2066the gateway' });
  await approver.request('exec.approval.list', {});
  const [{ request: shown } = assert.fail('nothing was asked')] = gateway.core.desk.list();
  assert.deepEqual(
    [shown.command, shown.cwd, shown.agentId, shown.warningText],
    [
      'cd "/tmp/\\u001b[2K" && /usr/bin/id \\u{202e}n-',
      '/tmp/\\e[2K',
      'a\\u{200b}',
      'checked\\nby \\u{2066}the gateway',
    ],
  );
});

test('the directory is in the text of every question', async (t) => {
  const { gateway } = await setUp(t);
  const old = await connectOperator(gateway);
  old.request('exec.approval.request', { command: 'make', cwd: '/srv/my app' }).catch(() => undefined);
  const open = await eventually(() => gateway.core.desk.list()[0]);
  assert.equal(open.request.command, 'cd "/srv/my app" && make');
});

test('the program is what the node found, not what the requester says', async (t) => {
  const { ask, gateway } = await setUp(t);
  await ask({ systemRunPlan: planOf(['/tmp/id']), resolvedPath: '/usr/bin/id' });
  assert.equal(gateway.core.desk.list()[0]?.request.resolvedPath, '/tmp/id');
});

test('nobody is asked about a command too long to be read to its end', async (t) => {
  const { ask, gateway } = await setUp(t);
  const thrown: unknown = await ask({
    systemRunPlan: planOf(['/usr/bin/echo', 'x'.repeat(20_000), ';rm']),
  }).catch((error: unknown) => error);
  assert.equal(Object(thrown).shape.details.reason, 'EXEC_APPROVAL_COMMAND_DISPLAY_LIMIT');
  assert.match(Object(thrown).message, /longer than people can be shown: 200\d\d characters, 16384 at most/);
  assert.deepEqual(gateway.core.desk.list(), []);
});

for (const name of ['LD_PRELOAD', 'PATH', 'GIT_SSH_COMMAND', 'PYTHONSTARTUP', 'node_options'])
  test(`nobody is asked about ${name} for a published node, which might set it`, async (t) => {
    const { ask, gateway } = await setUp(t);
    const asked = ask({ systemRunPlan: planOf(['/usr/bin/id']), env: { [name]: '/tmp/x' } });
    await assert.rejects(asked, new RegExp(`nobody was asked: .* may not set "${name}"`));
    assert.deepEqual(gateway.core.desk.list(), []);
  });
