import { randomUUID } from 'node:crypto';
import { EXEC_OUTPUT_EVENT } from '../../../protocol/index.ts';
import { loadConfig, OpsError } from '../../../state/index.ts';
import type { Cli } from '../../cli.ts';
import type { CallOutcome, Gateway } from '../../connection/gateway.ts';
import { refusalError, withGateway } from '../../connection/open-gateway.ts';
import { recordOf } from '../../connection/payload.ts';
import { allowRemedies } from '../../nodes/allow-remedy.ts';
import { approveByPlan, bindsToPlans } from '../../nodes/approve-by-plan.ts';
import { type ApprovalFields, approveByPerson, approveLikeReference } from '../../nodes/approve-run.ts';
import { knowsOurFields } from '../../nodes/ask-approval.ts';
import { type Cancelling, cancelOnSignal } from '../../nodes/cancel-run.ts';
import { fetchNodes, pickNode } from '../../nodes/fetch-nodes.ts';
import { followOutput, type OutputFollower } from '../../nodes/follow-output.ts';
import { nodeLabel } from '../../nodes/resolve-node.ts';
import { readRunResult, runOutcome } from '../../nodes/run-outcome.ts';
import { type RunRequest, readRunRequest } from '../../nodes/run-request.ts';
import { escapeText } from '../../output/escape-text.ts';
import type { CommandRun } from '../../program/command-spec.ts';
import { textOption } from '../../program/option-values.ts';

/** The gateway's own time-out should speak first; this is the room it gets. */
const ROOM_MS = 5_000;

/** One `nodes run` in progress. */
type Run = {
  cli: Cli;
  gateway: Gateway;
  request: RunRequest;
  nodeId: string;
  name: string;
  intention: string;
  /** One key starts at most one process; the approved second try is another call with a key made from it. */
  key: string;
  runId: string;
  streams: boolean;
  follower: OutputFollower;
  cancelling: Cancelling;
};

/** `nodes run`: runs a command on a node and ends as that command ended. */
export const run: CommandRun = async (cli, { args, options }) => {
  const request = readRunRequest(args, options, loadConfig(cli.paths, cli.env));
  const intention = `run ${JSON.stringify(request.commandText)} on ${request.node}`;
  if (request.security === 'deny') {
    throw new OpsError('gateway/refused', `cannot ${intention}: exec denied: host=node security=deny`);
  }
  return withGateway({ cli, options, intention, timeoutMs: 10_000 }, async (gateway) => {
    const node = pickNode(await fetchNodes(gateway), request.node, intention);
    // The key also names the run: a retry under the same key has to be the same request in every field.
    const key = textOption(options, 'idempotencyKey') ?? randomUUID();
    const runId = key;
    const follower = followOutput(runId, cli.out.peerBytes);
    gateway.onEvent(follower.onEvent);
    using cancelling = cancelOnSignal({ gateway, nodeId: node.nodeId, note: cli.out.note });
    const payload = await runWithApproval({
      cli,
      gateway,
      request,
      nodeId: node.nodeId,
      name: nodeLabel(node),
      intention,
      key,
      runId,
      streams: !cli.out.json && gateway.offers('events', EXEC_OUTPUT_EVENT),
      follower,
      cancelling,
    });
    if (cli.out.json) cli.out.value(payload);
    const result = readRunResult(recordOf(payload)['payload']);
    if (!cli.out.json) follower.finish(result);
    const { status, remark } = runOutcome(result);
    if (remark !== undefined) cli.out.note(`nodes run: ${escapeText(remark)}`);
    return status;
  });
};

/** Our gateway and node say themselves whether a person is needed; a real pair has to be asked beforehand. */
async function runWithApproval(run: Run): Promise<unknown> {
  const { cli, gateway, request, nodeId, intention, key } = run;
  const asking = { cli, gateway, request, nodeId, intention };
  const isOurs = knowsOurFields(gateway);
  if (!isOurs && !bindsToPlans(gateway)) {
    return answerOf(run, await invoke(run, key, await approveLikeReference(asking)));
  }
  if (request.ask !== 'always') {
    const first = await invoke(run, key, {});
    if (!needsApproval(first) || request.ask === 'off') return answerOf(run, first);
  }
  const approve = isOurs ? approveByPerson : approveByPlan;
  const approval = await approve({ ...asking, security: request.security, ask: request.ask });
  if (approval.kind === 'unanswered') {
    // The node's own askFallback decides; the gateway vouches that people were asked.
    const last = await invoke(run, `${key}:unanswered`, { approvalUnanswered: true });
    if (last.kind === 'answered') return last.payload;
    throw new OpsError(
      'gateway/refused',
      `cannot ${intention}: exec denied: approval required, and ${approval.why}`,
      {
        remedies: await allowRemedies(run),
      },
    );
  }
  return answerOf(
    run,
    await invoke(run, request.ask === 'always' ? key : `${key}:approved`, approval.fields),
  );
}

async function invoke(run: Run, idempotencyKey: string, approval: ApprovalFields): Promise<CallOutcome> {
  const { gateway, request, nodeId, runId, streams, cancelling } = run;
  using _running = cancelling.running(idempotencyKey);
  return await gateway.tryCall(
    'node.invoke',
    {
      nodeId,
      command: 'system.run',
      params: { ...request.params, runId, ...(streams ? { stream: true } : {}), ...approval },
      timeoutMs: request.invokeTimeoutMs,
      idempotencyKey,
    },
    { timeoutMs: request.invokeTimeoutMs + ROOM_MS },
  );
}

function needsApproval(outcome: CallOutcome): boolean {
  return outcome.kind === 'refused' && /SYSTEM_RUN_DENIED: approval required/.test(outcome.message);
}

/** @throws `gateway/refused` with what would allow the command */
async function answerOf(run: Run, outcome: CallOutcome): Promise<unknown> {
  if (outcome.kind === 'answered') return outcome.payload;
  if (!/SYSTEM_RUN_DENIED/.test(outcome.message)) throw refusalError(run.intention, 'node.invoke', outcome);
  throw new OpsError('gateway/refused', `cannot ${run.intention}: ${escapeText(outcome.message)}`, {
    remedies: await allowRemedies(run),
  });
}
