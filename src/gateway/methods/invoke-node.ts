import { createHash } from 'node:crypto';
import {
  invalidRequest,
  type MethodName,
  type MethodParams,
  RESTART_EXPECTED_MS,
  RequestError,
  systemRunParamsSchema,
  unavailable,
} from '../../protocol/index.ts';
import type { RunRecord } from '../../state/index.ts';
import { auditExec, runRow, shownRun, usedDetail } from '../approval/exec-audit.ts';
import { type SettledRun, settleRunApproval } from '../approval/settle-run-approval.ts';
import type { GatewayCore } from '../core.ts';
import { streamWanted } from '../nodes/forward-output.ts';
import type { InvokeOutcome, RememberedInvoke } from '../nodes/invoke-memory.ts';
import type { InvokeResult } from '../nodes/invoke-router.ts';
import { allowedCommands } from '../nodes/node-entries.ts';
import { nodeIdOf } from '../nodes/node-registry.ts';
import { isCommandAllowed } from '../nodes/platform-commands.ts';
import { requesterOf } from '../nodes/requester.ts';
import type { ReadyConnection } from '../session/connections.ts';
import type { Call } from './method.ts';

/** Nothing was sent to the node, so the caller may repeat the call with the same key. */
const RESTARTING = {
  code: 'UNAVAILABLE',
  message: 'gateway is stopping',
  retryable: true,
  retryAfterMs: RESTART_EXPECTED_MS,
} as const;

/** Commands of a node that operators reach by another method, which asks for more than `operator.write`. */
const POLICY_METHODS: Readonly<Record<string, MethodName>> = {
  'system.execApprovals.get': 'exec.approvals.node.get',
  'system.execApprovals.set': 'exec.approvals.node.set',
  'system.execApprovals.explain': 'exec.approvals.explain',
};

type InvokeParams = MethodParams<'node.invoke'>;
/** Who invokes, and in which gateway. */
type Caller = Pick<Call, 'core' | 'connection'>;

/**
 * `node.invoke`: checks that the node is there and may be asked, decides about approvals of `system.run` itself, and
 * runs one key at most once: the same key again joins the running call or gets the same answer.
 */
export async function invokeNode(call: Call, params: InvokeParams): Promise<object> {
  const { core, connection } = call;
  const nodeId = params.nodeId.trim();
  const command = params.command.trim();
  if (nodeId === '' || command === '') throw invalidRequest('nodeId and command required');
  const fingerprint = fingerprintOf(nodeId, command, params);
  const key = `${requesterOf(connection)} ${params.idempotencyKey}`;
  const known = core.memory.get(key);
  if (known !== undefined) {
    if (known.fingerprint !== fingerprint) throw keyConflict();
    if (known.finishedAtMs === undefined) known.waiters.add(connection.id);
    return answer(call, { nodeId, command }, await known.outcome);
  }
  if (core.isDraining) throw new RequestError(RESTARTING);
  usableNode(call, nodeId, command);
  const { promise, resolve } = Promise.withResolvers<InvokeOutcome>();
  const entry: RememberedInvoke = {
    fingerprint,
    nodeId,
    outcome: promise,
    invokeId: undefined,
    waiters: new Set([connection.id]),
    streamsTo: streamWanted(params.params),
    finishedAtMs: undefined,
    sizeBytes: 0,
    facts: {},
  };
  const run = command === 'system.run' ? claimRun(call, nodeId, fingerprint, params) : undefined;
  if (run?.kind === 'earlier') return answer(call, { nodeId, command }, outcomeOf(run.record));
  core.memory.start(key, entry);
  const outcome = await runOnce(call, { nodeId, command, params, entry });
  resolve(outcome);
  const text = outcomeJson(outcome);
  core.memory.finish(key, entry, text.length, core.now());
  if (run !== undefined) {
    const atMs = core.now();
    const audit = runRow(connection, { runId: run.runId, nodeId, facts: entry.facts, outcome, atMs });
    core.journal.end({ runId: run.runId, atMs, resultJson: text, audit });
  }
  return answer(call, { nodeId, command }, outcome);
}

async function runOnce(
  { core, connection }: Caller,
  {
    nodeId,
    command,
    params,
    entry,
  }: { nodeId: string; command: string; params: InvokeParams; entry: RememberedInvoke },
): Promise<InvokeOutcome> {
  const startedAt = performance.now();
  try {
    const sent = await settled(
      { core, connection },
      { nodeId, command, params: params.params, timeoutMs: params.timeoutMs, entry },
    );
    // People may have been asked meanwhile: the node may serve on another connection now, offer less, or be gone.
    const node = usableNode({ core, connection }, nodeId, command);
    const result = await core.invokes.call(node, {
      nodeId,
      command,
      paramsJson: sent === undefined ? null : JSON.stringify(sent),
      timeoutMs: leftMs(params.timeoutMs, startedAt, node),
      idempotencyKey: keyForNode(connection, params.idempotencyKey),
      onStarted: (invokeId) => core.memory.markSent(entry, invokeId),
    });
    return { kind: 'ok', result };
  } catch (thrown) {
    if (thrown instanceof RequestError) return { kind: 'failed', error: thrown };
    core.log.error('invoke failed unexpectedly', { command, nodeId, error: String(thrown) });
    return { kind: 'failed', error: unavailable(String(thrown)) };
  }
}

/** What is left of the caller's time; protocol 3 nodes are told the figure the caller gave (protocol-now §8). */
function leftMs(
  timeoutMs: number | undefined,
  startedAt: number,
  { peer }: ReadyConnection,
): number | undefined {
  if (timeoutMs === undefined || peer.protocol === 3) return timeoutMs;
  return Math.max(1, timeoutMs - Math.ceil(performance.now() - startedAt));
}

/** The parameters as the node gets them; of a run it is noted what the audit will say. */
async function settled(
  { core, connection }: Caller,
  {
    entry,
    ...run
  }: {
    nodeId: string;
    command: string;
    params: unknown;
    timeoutMs: number | undefined;
    entry: RememberedInvoke;
  },
): Promise<SettledRun['params']> {
  const { nodeId, command, params } = run;
  if (!command.startsWith('system.run')) return params;
  const parsed = systemRunParamsSchema.safeParse(params);
  if (command === 'system.run' && parsed.success) {
    entry.facts.shown = await shownRun({ words: parsed.data.command, ...parsed.data });
  }
  const { params: sent, approval } = await settleRunApproval(core, connection, run);
  if (approval === undefined) return sent;
  entry.facts.approval = approval;
  // Written before the node hears of it: whatever happens afterwards, the answer counts as used.
  auditExec(core, 'exec.use', {
    connection,
    nodeId,
    detail: { ...usedDetail(approval), ...entry.facts.shown },
  });
  return sent;
}

function notConnected({ peer }: ReadyConnection): RequestError {
  const code = 'NOT_CONNECTED';
  const message = 'node not connected';
  if (peer.protocol === 3) return unavailable(message, { code });
  return unavailable(message, { code, nodeError: { code, message }, nodeCommandDispatched: false });
}

/** The connection that serves the node now. @throws {RequestError} there is none, or it may not be asked for this */
function usableNode(caller: Caller, nodeId: string, command: string): ReadyConnection {
  const node = caller.core.nodes.serving(nodeId);
  if (node === undefined) throw notConnected(caller.connection);
  refuseUnlessAllowed(caller, node, command);
  return node;
}

function refuseUnlessAllowed({ core }: Caller, node: ReadyConnection, command: string): void {
  const refuse = (reason: string) => invalidRequest('node command not allowed', { reason, command });
  // A node's policy is read and written, and its decisions explained, by methods with scopes of their own.
  const instead = POLICY_METHODS[command];
  if (instead !== undefined) throw refuse(`use ${instead}`);
  if (!isCommandAllowed(command, node.peer.client, core.rules.commands))
    throw refuse('command not allowlisted');
  const declared = node.peer.surface?.commands ?? [];
  if (declared.length === 0) throw refuse('node did not declare commands');
  if (!declared.includes(command)) throw refuse('command not declared by node');
  if (!allowedCommands(core, node).includes(command)) throw notApproved(core, node, command);
}

/** The node offers it and nobody approved that yet. Tried again later it may work: see protocol-now §6. */
function notApproved(core: GatewayCore, node: ReadyConnection, command: string): RequestError {
  const nodeId = nodeIdOf(node);
  const request = core.store.nodes.listPending(core.now()).find((open) => open.nodeId === nodeId);
  const remedy = request === undefined ? '' : `; allow it with: clawdbot nodes approve ${request.requestId}`;
  return new RequestError({
    code: 'UNAVAILABLE',
    message: `${command} of this node is not approved yet${remedy}`,
    retryable: true,
    details: { code: 'PAIRING_CHANGED', command, ...(request && { requestId: request.requestId }) },
  });
}

type Claim = { kind: 'new'; runId: string } | { kind: 'earlier'; record: RunRecord; runId: string };

function claimRun(
  { core, connection }: Call,
  nodeId: string,
  fingerprint: string,
  params: InvokeParams,
): Claim {
  const begin = core.journal.begin({
    requester: requesterOf(connection),
    idempotencyKey: params.idempotencyKey,
    nodeId,
    command: 'system.run',
    fingerprint,
    atMs: core.now(),
  });
  const { runId } = begin.run;
  if (begin.kind === 'new') return { kind: 'new', runId };
  if (begin.kind === 'conflict') throw keyConflict();
  return { kind: 'earlier', record: begin.run, runId };
}

/** What an earlier run under this key ended with, as far as it is still known. It is never run again. */
function outcomeOf(record: RunRecord): InvokeOutcome {
  if (record.resultJson !== undefined) {
    // Written by outcomeJson below.
    const stored = JSON.parse(record.resultJson) as
      | ({ ok: true } & InvokeResult)
      | { ok: false; error: RequestError['shape'] };
    return stored.ok
      ? { kind: 'ok', result: { payload: stored.payload, payloadJson: stored.payloadJson } }
      : { kind: 'failed', error: new RequestError(stored.error) };
  }
  const error = unavailable('this idempotencyKey was used before and its outcome is no longer known', {
    code: 'OUTCOME_UNKNOWN',
    state: record.state,
  });
  return { kind: 'failed', error };
}

function outcomeJson(outcome: InvokeOutcome): string {
  return outcome.kind === 'ok'
    ? JSON.stringify({ ok: true, ...outcome.result })
    : JSON.stringify({ ok: false, error: outcome.error.shape });
}

function answer(
  { connection }: Call,
  { nodeId, command }: { nodeId: string; command: string },
  outcome: InvokeOutcome,
): object {
  if (outcome.kind === 'failed')
    throw connection.peer.protocol === 3 ? outcome.error : withOrigin(outcome.error);
  const { payload, payloadJson } = outcome.result;
  return { ok: true, nodeId, command, payload, payloadJSON: payloadJson };
}

/** Protocol 4 says in the text, too, what the node called it, and whether the node had got the command (§8). */
function withOrigin(error: RequestError): RequestError {
  const { details, ...shape } = error.shape;
  if (typeof details !== 'object' || details === null || !('nodeError' in details)) return error;
  const { nodeError } = details;
  const code =
    typeof nodeError === 'object' && nodeError !== null ? Reflect.get(nodeError, 'code') : undefined;
  const message = typeof code === 'string' ? `${code}: ${shape.message}` : shape.message;
  return new RequestError({ ...shape, message, details: { nodeCommandDispatched: true, ...details } });
}

/** A node keeps keys, too, and does not know whose they are: one device would be given what another one ran. */
function keyForNode(connection: ReadyConnection, key: string): string {
  const text = JSON.stringify([requesterOf(connection), key]);
  return createHash('sha256').update(text).digest('base64url');
}

function keyConflict(): RequestError {
  return invalidRequest('idempotencyKey was used for another request');
}

/** The same key must mean the same call. */
function fingerprintOf(nodeId: string, command: string, { params }: InvokeParams): string {
  return createHash('sha256')
    .update(JSON.stringify([nodeId, command, params ?? null]))
    .digest('base64url');
}
