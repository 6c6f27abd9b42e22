import * as z from 'zod/mini';
import { addedMethodParams, approvalRequestAdditions } from '../v4/method-params.ts';

const text = z.string().check(z.minLength(1));
const nullableText = z.optional(z.nullable(z.string()));
const texts = z.optional(z.array(text));
const none = z.strictObject({});
const count = z.int().check(z.gte(0));

const approvalScope = {
  security: z.optional(z.string()),
  ask: z.optional(z.string()),
  askFallback: z.optional(z.string()),
  autoAllowSkills: z.optional(z.boolean()),
};

const approvalEntries = z.optional(
  z.array(
    z.strictObject({
      id: z.optional(z.string()),
      pattern: z.string(),
      args: z.optional(z.array(z.string())),
      argPattern: z.optional(z.string()),
      source: z.optional(z.string()),
      commandText: z.optional(z.string()),
      lastUsedAt: z.optional(z.number()),
      lastUsedCommand: z.optional(z.string()),
      lastResolvedPath: z.optional(z.string()),
    }),
  ),
);

/** The document of `exec-approvals.json` as it crosses the wire: closed, so that nothing unknown is lost on a rewrite. */
const approvalsFile = z.strictObject({
  version: z.literal(1),
  socket: z.optional(z.strictObject({ path: z.optional(z.string()), token: z.optional(z.string()) })),
  defaults: z.optional(z.strictObject(approvalScope)),
  agents: z.optional(
    z.record(
      z.string(),
      z.strictObject({
        ...approvalScope,
        allowlist: approvalEntries,
        /** Ours: entries that also name arguments; the real node would read them in `allowlist` as "any arguments". */
        constrained: approvalEntries,
      }),
    ),
  ),
});

const nodeDescription = {
  displayName: z.optional(text),
  platform: z.optional(text),
  version: z.optional(text),
  coreVersion: z.optional(text),
  uiVersion: z.optional(text),
  deviceFamily: z.optional(text),
  modelIdentifier: z.optional(text),
  caps: texts,
  commands: texts,
  remoteIp: z.optional(text),
};

const configEdit = {
  raw: text,
  baseHash: z.optional(text),
  sessionKey: z.optional(z.string()),
  note: z.optional(z.string()),
  restartDelayMs: z.optional(count),
};

/** Where a chat message came from; protocol 4 callers send it along. */
const turnSource = {
  turnSourceChannel: nullableText,
  turnSourceTo: nullableText,
  turnSourceAccountId: nullableText,
  turnSourceThreadId: z.optional(z.nullable(z.union([z.string(), z.number()]))),
};

/**
 * Parameters of every method of the control plane, in protocols 3 and 4. Closed unless the reference ignores unknown keys there
 * (`health`). Missing and `null` parameters count as `{}`.
 */
export const methodParams = {
  health: z.looseObject({ probe: z.optional(z.boolean()) }),
  status: none,
  'system-presence': none,
  'system-event': z.strictObject({
    text: z.string(),
    deviceId: z.optional(text),
    instanceId: z.optional(text),
    host: z.optional(text),
    ip: z.optional(text),
    mode: z.optional(text),
    version: z.optional(text),
    platform: z.optional(text),
    deviceFamily: z.optional(text),
    modelIdentifier: z.optional(text),
    lastInputSeconds: z.optional(count),
    reason: z.optional(text),
    roles: texts,
    scopes: texts,
    tags: texts,
  }),
  'last-heartbeat': none,
  'set-heartbeats': z.strictObject({ enabled: z.boolean() }),
  'node.list': none,
  /** Ours: how busy the machine of a connected node is. Real nodes cannot say. */
  'node.stats': z.strictObject({ nodeId: text }),
  'node.describe': z.strictObject({ nodeId: text }),
  'node.invoke': z.strictObject({
    nodeId: z.string(),
    command: z.string(),
    params: z.optional(z.unknown()),
    timeoutMs: z.optional(count),
    idempotencyKey: text,
    sessionKey: nullableText,
    ...turnSource,
  }),
  /** Ours: ends a running call of the same requester; its answer still comes to `node.invoke`. */
  'node.invoke.cancel': z.strictObject({ nodeId: text, idempotencyKey: text }),
  'node.invoke.result': z.strictObject({
    id: text,
    nodeId: text,
    ok: z.boolean(),
    payload: z.optional(z.unknown()),
    payloadJSON: z.optional(z.unknown()),
    error: z.optional(
      z.nullable(z.object({ code: z.optional(z.string()), message: z.optional(z.string()) })),
    ),
  }),
  'node.event': z.strictObject({
    event: text,
    payload: z.optional(z.unknown()),
    payloadJSON: z.optional(z.nullable(z.string())),
  }),
  'skills.bins': none,
  'node.rename': z.strictObject({ nodeId: text, displayName: z.string() }),
  'device.pair.list': none,
  'device.pair.approve': z.strictObject({ requestId: text }),
  'device.pair.reject': z.strictObject({ requestId: text }),
  /** Not in protocol 3: forgets a device altogether. Same name and parameters as protocol 4. */
  /** Ours: failed authentications that are counted, and those that have to wait because of them (F-65). */
  'auth.lockout.list': none,
  /** Ours: forgets what was counted of one source, or of all. */
  'auth.lockout.clear': z.strictObject({ source: z.optional(text) }),
  'device.pair.remove': z.strictObject({ deviceId: text }),
  'device.token.rotate': z.strictObject({ deviceId: text, role: text, scopes: texts }),
  'device.token.revoke': z.strictObject({ deviceId: text, role: text }),
  'node.pair.request': z.strictObject({ nodeId: text, ...nodeDescription, silent: z.optional(z.boolean()) }),
  'node.pair.list': none,
  'node.pair.approve': z.strictObject({ requestId: text }),
  'node.pair.reject': z.strictObject({ requestId: text }),
  'node.pair.verify': z.strictObject({ nodeId: text, token: text }),
  'exec.approvals.get': none,
  'exec.approvals.set': z.strictObject({ file: approvalsFile, baseHash: z.optional(z.string()) }),
  'exec.approvals.node.get': z.strictObject({ nodeId: z.string() }),
  'exec.approvals.node.set': z.strictObject({
    nodeId: z.string(),
    file: approvalsFile,
    baseHash: z.optional(z.string()),
  }),
  /** Ours: what a node would decide about a run, and why. Without `nodeId`: the only connected node. */
  'exec.approvals.explain': z.strictObject({
    nodeId: nullableText,
    command: z.array(z.string()).check(z.minLength(1)),
    rawCommand: nullableText,
    cwd: nullableText,
    env: z.optional(z.nullable(z.record(z.string(), z.string()))),
    agentId: nullableText,
    sessionKey: nullableText,
    /** What would be decided if this were the node's policy. */
    file: z.optional(approvalsFile),
  }),
  /** Ours: what plain entries with these patterns give away. */
  'exec.approvals.risks': z.strictObject({ patterns: z.array(z.string()).check(z.maxLength(2_000)) }),
  /** Ours: entries that would have made questions of the past unnecessary, from the latest rows of the audit. */
  'exec.approvals.suggest': z.strictObject({ nodeId: nullableText }),
  /** Ours: the audit rows about questions, answers and runs, newest last; `verify` walks the whole chain. */
  'exec.approvals.log': z.strictObject({
    nodeId: nullableText,
    limit: z.optional(z.int().check(z.gte(1), z.lte(5000))),
    verify: z.optional(z.boolean()),
  }),
  'exec.approval.request': z.strictObject({
    id: z.optional(text),
    /** Absent when a plan says what would run. */
    command: z.optional(text),
    cwd: nullableText,
    host: nullableText,
    security: nullableText,
    ask: nullableText,
    agentId: nullableText,
    resolvedPath: nullableText,
    sessionKey: nullableText,
    timeoutMs: z.optional(z.int().check(z.gte(1))),
    /** Ours: what exactly is to be run, so that the gateway can bind the record to it. The real CLI sends none of these. */
    nodeId: nullableText,
    commandArgv: z.optional(z.array(z.string())),
    env: z.optional(z.nullable(z.record(z.string(), z.string()))),
    /**
     * True: answer at once (`decision: null`, `terminalReason: "no-route"`) when nobody else who may decide is
     * connected. Name of protocol 4, where true is the default; here the default is to wait, as the real CLI expects.
     */
    requireDeliveryRoute: z.optional(z.boolean()),
    ...approvalRequestAdditions,
  }),
  'exec.approval.resolve': z.strictObject({ id: text, decision: z.string() }),
  /** Not in protocol 3; name and shape of protocol 4. */
  'exec.approval.list': none,
  'config.get': none,
  'config.set': z.strictObject({ raw: text, baseHash: z.optional(text) }),
  'config.patch': z.strictObject(configEdit),
  'config.apply': z.strictObject(configEdit),
  'config.schema': none,
  /** Ours: what the doctor finds, at most `maxAgeMs` old (default 5 s); one look is shared by all who ask meanwhile. */
  'doctor.report': z.strictObject({ only: texts, maxAgeMs: z.optional(z.int().check(z.gte(1_000))) }),
  'doctor.list': none,
  'doctor.explain': z.strictObject({ id: text }),
  /**
   * Ours: repairs of these findings that risk at most `risk`, default `safe`. `keep`: who is to be the owner, where two want
   * to be. One that interrupts may end this very gateway: the connection closes then before the answer, and the report of
   * the next owner tells what became of it.
   */
  'doctor.fix': z.strictObject({
    ids: z.array(text).check(z.minLength(1)),
    dryRun: z.optional(z.boolean()),
    risk: z.optional(z.enum(['safe', 'service', 'interrupts'])),
    keep: z.optional(z.enum(['service', 'process'])),
  }),
  /** Ours: who owns the service, who would be next. */
  'service.status': none,
  'logs.tail': z.strictObject({
    cursor: z.optional(count),
    limit: z.optional(z.int().check(z.gte(1), z.lte(5000))),
    maxBytes: z.optional(z.int().check(z.gte(1), z.lte(1_000_000))),
  }),
  ...addedMethodParams,
} as const;

export type MethodName = keyof typeof methodParams;
export type MethodParams<M extends MethodName> = z.infer<(typeof methodParams)[M]>;

/** True for a method of the table above. */
export function isMethodName(method: string): method is MethodName {
  return Object.hasOwn(methodParams, method);
}
