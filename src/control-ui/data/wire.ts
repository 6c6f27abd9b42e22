import * as z from 'zod/mini';

/**
 * Answers of the gateway as far as the page reads them (gateway-protocol §§8, 14, 15). Loose: a newer gateway may say
 * more. Lists drop what is not readable instead of failing as a whole: one odd entry must not hide the others.
 */
const text = z.optional(z.string());
const time = z.optional(z.number());

export const nodeSchema = z.object({
  nodeId: z.string(),
  displayName: text,
  platform: text,
  version: text,
  remoteIp: text,
  commands: z.array(z.string()),
  connectedAtMs: time,
  paired: z.boolean(),
  connected: z.boolean(),
  twins: time,
  lastSeenAtMs: time,
  lastSeenReason: text,
});
export type Node = z.infer<typeof nodeSchema>;

export const pairRequestSchema = z.object({
  requestId: z.string(),
  deviceId: z.string(),
  displayName: text,
  platform: text,
  clientId: text,
  role: text,
  scopes: z.optional(z.array(z.string())),
  remoteIp: text,
  isRepair: z.optional(z.boolean()),
  /** A node: what it offers. */
  commands: z.optional(z.array(z.string())),
  /** A paired node that offers more: what was approved so far. */
  approved: z.optional(z.array(z.string())),
  ts: z.number(),
});
export type PairRequest = z.infer<typeof pairRequestSchema>;

/** A row of `node.pair.list`. */
export const offerSchema = z.object({
  requestId: z.string(),
  nodeId: z.string(),
  source: text,
  displayName: text,
  platform: text,
  clientId: text,
  remoteIp: text,
  commands: z.optional(z.array(z.string())),
  approved: z.optional(z.object({ commands: z.array(z.string()) })),
  ts: z.number(),
});
export type Offer = z.infer<typeof offerSchema>;

export const pairedDeviceSchema = z.object({
  deviceId: z.string(),
  displayName: text,
  platform: text,
  roles: z.optional(z.array(z.string())),
  approvedAtMs: time,
  tokens: z.optional(z.array(z.object({ role: z.string(), revokedAtMs: time, lastUsedAtMs: time }))),
});
export type PairedDevice = z.infer<typeof pairedDeviceSchema>;

const orNull = z.nullable(z.string());

export const approvalSchema = z.object({
  id: z.string(),
  request: z.object({
    command: z.string(),
    cwd: z.optional(orNull),
    host: z.optional(orNull),
    agentId: z.optional(orNull),
    resolvedPath: z.optional(orNull),
    sessionKey: z.optional(orNull),
    nodeId: z.optional(orNull),
    commandArgv: z.optional(z.array(z.string())),
    env: z.optional(z.nullable(z.record(z.string(), z.string()))),
    why: z.optional(orNull),
  }),
  createdAtMs: z.number(),
  expiresAtMs: z.number(),
});
export type Approval = z.infer<typeof approvalSchema>;

const count = z.optional(z.number());

const vital = z.object({ atMs: z.number(), busy: z.number(), rssBytes: z.number() });
export type VitalSample = z.infer<typeof vital>;

export const nodeStatsSchema = z.object({
  load: z.array(z.number()),
  cpus: z.number(),
  memory: z.object({ totalBytes: z.number(), availableBytes: z.number() }),
  disk: z.optional(z.object({ path: z.string(), totalBytes: z.number(), availableBytes: z.number() })),
  uptimeMs: z.number(),
});
export type NodeStats = z.infer<typeof nodeStatsSchema>;

export const statusSchema = z.object({
  gateway: z.optional(
    z.object({
      version: text,
      uptimeMs: count,
      connections: count,
      nodes: count,
      runningInvokes: count,
      pendingApprovals: count,
      failedAuthentications: z.optional(z.array(z.unknown())),
      vitals: z.optional(z.object({ latest: vital, history: z.array(vital) })),
    }),
  ),
});
export type GatewayStatus = NonNullable<z.infer<typeof statusSchema>['gateway']>;

export const presenceSchema = z.object({
  host: text,
  ip: text,
  mode: text,
  version: text,
  platform: text,
  reason: text,
  ts: z.number(),
  deviceId: text,
  instanceId: text,
});
export type Presence = z.infer<typeof presenceSchema>;

export const readySchema = z.object({ ready: z.boolean(), reasons: z.array(z.string()) });
export const identitySchema = z.object({ pid: z.number(), state: z.string(), version: z.string() });

export const runResultSchema = z.object({
  exitCode: count,
  timedOut: z.optional(z.boolean()),
  success: z.optional(z.boolean()),
  stdout: z.string(),
  stderr: z.string(),
  error: z.optional(orNull),
  signal: text,
  endedBy: text,
});
export type RunResult = z.infer<typeof runResultSchema>;

export const logTailSchema = z.object({
  file: z.string(),
  cursor: z.number(),
  lines: z.array(z.string()),
  truncated: z.optional(z.boolean()),
  reset: z.optional(z.boolean()),
});

export const configSchema = z.object({
  path: z.string(),
  exists: z.boolean(),
  raw: z.nullable(z.string()),
  /** The file as it is, without defaults. */
  parsed: z.unknown(),
  hash: z.string(),
  valid: z.boolean(),
  issues: z.array(z.object({ path: z.string(), message: z.string() })),
});
export type ConfigFile = z.infer<typeof configSchema>;

/** What is wrong with a text that was refused, by key. */
export function issuesOf(details: unknown): ConfigFile['issues'] {
  return listOf(configSchema.shape.issues.def.element, property(details, 'issues'));
}

/** The readable entries of a list. */
export function listOf<T>(schema: z.ZodMiniType<T>, value: unknown): T[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((entry) => {
    const parsed = schema.safeParse(entry);
    return parsed.success ? [parsed.data] : [];
  });
}

/** A property of something that came over the wire. */
export function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
