import type { SystemRunPlan } from '../v4/system-run-plan.ts';

/** Shapes that gateways answer with in protocol 3 (gateway-protocol §§8, 9, 14, 15, 16). Times are Unix milliseconds. */

/** Part of `/readyz`: nodes with more than one live connection, and entries of the list of lockouts that still wait. */
export type PeerTroubles = { twins: number; lockouts: number };

/** One entry of `auth.lockout.list`. The credential is `any`, or the start of the hash of the wrong one. */
export type FailedAuthEntry = {
  source: string;
  credential: string;
  failures: number;
  /** 0 while the source may go on trying. */
  blockedUntilMs: number;
};

export type PresenceEntry = {
  host?: string;
  ip?: string;
  version?: string;
  platform?: string;
  deviceFamily?: string;
  modelIdentifier?: string;
  mode?: string;
  lastInputSeconds?: number;
  reason?: string;
  tags?: string[];
  text?: string;
  ts: number;
  deviceId?: string;
  roles?: string[];
  scopes?: string[];
  instanceId?: string;
};

export type HelloOk = {
  type: 'hello-ok';
  protocol: number;
  server: { version: string; commit?: string; host?: string; connId: string };
  features: { methods: string[]; events: string[] };
  snapshot: {
    presence: PresenceEntry[];
    health: unknown;
    stateVersion: { presence: number; health: number };
    uptimeMs: number;
    configPath?: string;
    stateDir?: string;
    sessionDefaults?: { defaultAgentId: string; mainKey: string; mainSessionKey: string; scope: string };
  };
  canvasHostUrl?: string;
  auth?: {
    /** Protocol 4 only, whose gateways send `auth` without a device token too. */
    method?: string;
    role: string;
    scopes: string[];
    deviceToken?: string;
    issuedAtMs?: number;
  };
  policy: { maxPayload: number; maxBufferedBytes: number; tickIntervalMs: number };
};

export type NodeEntry = {
  nodeId: string;
  displayName?: string;
  platform?: string;
  version?: string;
  coreVersion?: string;
  uiVersion?: string;
  deviceFamily?: string;
  modelIdentifier?: string;
  remoteIp?: string;
  caps: string[];
  commands: string[];
  pathEnv?: string;
  permissions?: Record<string, boolean>;
  connectedAtMs?: number;
  paired: boolean;
  connected: boolean;
  /** Protocol 4: is what it offers approved? `pending-reapproval`: it offers more than was approved. */
  approvalState?: 'approved' | 'pending-approval' | 'pending-reapproval' | 'unapproved';
  /** Protocol 4: its program, and when it was approved. */
  clientId?: string;
  clientMode?: string;
  approvedAtMs?: number;
  /** Protocol 4: the open question about its offer. */
  pendingRequestId?: string;
  /** Ours: how many live connections claim this identity, when more than one (a cloned machine, usually). */
  twins?: number;
  /** Ours: when a node that is not connected was last heard of, and how its connection ended. */
  lastSeenAtMs?: number;
  lastSeenReason?: string;
};

export type DevicePairRequest = {
  requestId: string;
  deviceId: string;
  publicKey: string;
  displayName?: string;
  platform?: string;
  clientId?: string;
  clientMode?: string;
  role?: string;
  roles?: string[];
  scopes?: string[];
  remoteIp?: string;
  silent: boolean;
  isRepair: boolean;
  ts: number;
};

export type DeviceTokenSummary = {
  role: string;
  scopes: string[];
  createdAtMs: number;
  rotatedAtMs?: number;
  revokedAtMs?: number;
  lastUsedAtMs?: number;
};

export type PairedDevice = {
  deviceId: string;
  publicKey: string;
  displayName?: string;
  platform?: string;
  clientId?: string;
  clientMode?: string;
  role?: string;
  roles?: string[];
  scopes?: string[];
  remoteIp?: string;
  createdAtMs: number;
  approvedAtMs: number;
  tokens?: DeviceTokenSummary[];
};

/** `exec-approvals.json` of one host as `exec.approvals.*` returns it; the socket token is removed. */
export type ApprovalsSnapshot = { path: string; exists: boolean; hash: string; file: unknown };

/** What a node receives with `node.invoke.request`. */
export type InvokeRequest = {
  id: string;
  nodeId: string;
  command: string;
  paramsJSON: string | null;
  timeoutMs?: number;
  idempotencyKey?: string;
};

/** The payload of a successful `system.run`. `exitCode` is absent after a signal, a time-out or a failed start. */
export type RunResult = {
  exitCode?: number;
  timedOut: boolean;
  success: boolean;
  stdout: string;
  stderr: string;
  error: string | null;
  /** Ours: the signal that ended the process, when one did. */
  signal?: string;
  /** Ours: why the node ended the process before it was done. */
  endedBy?: 'timeout' | 'cancel' | 'disconnect' | 'shutdown';
  /** Ours: the sentence behind `error`, when more is known than the system's code. */
  reason?: string;
};

/** What a node answers to `system.stats`, and the gateway to `node.stats` (both ours). */
export type NodeStats = {
  /** Averages over 1, 5 and 15 minutes, as the kernel gives them. */
  load: number[];
  /** Processors this program may use. */
  cpus: number;
  memory: { totalBytes: number; availableBytes: number };
  /** The file system that holds the state directory; absent when it cannot be looked at. */
  disk?: { path: string; totalBytes: number; availableBytes: number };
  uptimeMs: number;
};

export type ApprovalDecision = 'allow-once' | 'allow-always' | 'deny';

/** What approvers see of a pending exec approval. */
export type ApprovalRequested = {
  id: string;
  request: {
    /** All that would run, its variables first: some approvers show nothing else. */
    command: string;
    cwd: string | null;
    host: string | null;
    security: string | null;
    ask: string | null;
    agentId: string | null;
    resolvedPath: string | null;
    sessionKey: string | null;
    nodeId?: string | null;
    commandArgv?: readonly string[];
    /** Ours: the variables the requester wants to set. */
    env?: Readonly<Record<string, string>>;
    /** Protocol 4: their names. */
    envKeys?: readonly string[];
    /** Ours: why the node asks. */
    why?: string;
    /** Protocol 4: what the answer is bound to, and what exactly will run. */
    systemRunBinding?: {
      argv: readonly string[];
      cwd: string | null;
      agentId: string | null;
      sessionKey: string | null;
      envHash: string | null;
    };
    systemRunPlan?: SystemRunPlan;
    warningText?: string | null;
    allowedDecisions?: readonly ApprovalDecision[];
  };
  createdAtMs: number;
  expiresAtMs: number;
};

/** One place a setting of a run can come from. */
export type PolicyLayer = {
  /** `agents.main`, `agents.*`, `defaults`, `configuration`, `built in`; `file` when it is damaged. */
  name: string;
  /** Name of the machine it is on. */
  host: string;
  path?: string;
  /** When the file was last written; absent when there is no file. */
  changedAtMs?: number;
  /** What this layer sets of `security`, `ask`, `askFallback`. */
  values: Readonly<Record<string, string>>;
  /** Entries it adds. */
  entries: number;
  /** Why the file cannot be used. */
  damage?: string;
};

/** What a node says about a run it was asked to explain: `exec.approvals.explain`, `system.execApprovals.explain` (ours). */
export type ExplainedRun = {
  decision: 'allow' | 'ask' | 'deny';
  /** Stable word for the reason: `covered`, `miss`, `security-deny`, … */
  code: string;
  reason: string;
  /** The entries that cover the run. */
  rule?: string;
  programs: readonly {
    words: readonly string[];
    path?: string;
    covered: boolean;
    rule?: string;
    why: string;
    /** "Always" may store it with these arguments. */
    storable: boolean;
  }[];
  security: string;
  ask: string;
  askFallback: string;
  /** Which layer each value came from. */
  origin: Readonly<Record<string, string>>;
  /** What becomes of the run when a question to a person stays unanswered. */
  unattended: 'allow' | 'deny';
  layers: readonly PolicyLayer[];
  policyHash: string;
  /** Digest an approval of this very run is bound to; absent when nothing could be started. */
  binding?: string;
};
