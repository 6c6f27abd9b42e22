/** What a node can do and was allowed to (protocol-now section 6: its *surface*). Lists are sorted, without doubles. */
export type Surface = {
  caps: readonly string[];
  commands: readonly string[];
  permissions: Readonly<Record<string, boolean>>;
};

/** What a device says about itself when it asks to be paired (gateway-protocol section 8). */
export type DeviceAsk = {
  deviceId: string;
  /** base64url of the raw 32 bytes. */
  publicKey: string;
  role: string;
  scopes: readonly string[];
  displayName?: string;
  platform?: string;
  deviceFamily?: string;
  clientId?: string;
  clientMode?: string;
  remoteIp?: string;
  /** The device is local: approved without asking anybody. */
  silent: boolean;
  /** What it offers as a node; whoever approves the device approves this with it. */
  surface?: Surface;
};

/** A device waiting for a decision. Lives {@link PENDING_LIFE_MS} from `ts`. */
export type DeviceRequest = DeviceAsk & {
  requestId: string;
  roles: readonly string[];
  /** A record of this device exists already. */
  isRepair: boolean;
  ts: number;
};

/** Life of a pairing request, milliseconds (gateway-protocol section 19). */
export const PENDING_LIFE_MS = 300_000;

/** How a device came to be trusted. `legacy` = taken over from the files of a real Clawdbot. */
export type ApprovedVia =
  | 'silent'
  | 'owner'
  | 'bootstrap'
  | 'trusted-cidr'
  | 'ssh-verified'
  | 'trusted-proxy'
  | 'legacy';

/** A device token without its secret. */
export type TokenSummary = {
  role: string;
  scopes: readonly string[];
  createdAtMs: number;
  rotatedAtMs?: number;
  revokedAtMs?: number;
  lastUsedAtMs?: number;
};

/** A device token with its secret: for the one connection it belongs to, never for lists or logs. */
export type IssuedToken = TokenSummary & { token: string };

/** A trusted device. */
export type PairedDevice = {
  deviceId: string;
  publicKey: string;
  /** Name given by the owner; wins over `displayName`. */
  label?: string;
  displayName?: string;
  platform?: string;
  deviceFamily?: string;
  clientId?: string;
  clientMode?: string;
  /** The role of the latest request or connection. */
  role?: string;
  roles: readonly string[];
  scopes: readonly string[];
  remoteIp?: string;
  approvedVia: ApprovedVia;
  createdAtMs: number;
  approvedAtMs: number;
  lastSeenAtMs?: number;
  lastSeenReason?: string;
  /** Platform and family as they were shown when somebody approved; later claims do not change them. */
  pinned?: { platform?: string; deviceFamily?: string };
  /** What was approved for it as a node; absent = nothing was approved yet. */
  surface?: Surface;
  /** Sorted by role. */
  tokens: readonly TokenSummary[];
};

/** Why a device that proved its identity still needs an approval (protocol-now section 5.2). */
export type PairingReason = 'not-paired' | 'role-upgrade' | 'scope-upgrade' | 'metadata-upgrade';

/** The descriptive fields of a node (gateway-protocol section 15, `node.pair.request`). */
export type NodeFacts = {
  nodeId: string;
  displayName?: string;
  platform?: string;
  version?: string;
  coreVersion?: string;
  uiVersion?: string;
  deviceFamily?: string;
  modelIdentifier?: string;
  clientId?: string;
  clientMode?: string;
  caps?: readonly string[];
  commands?: readonly string[];
  permissions?: Readonly<Record<string, boolean>>;
  remoteIp?: string;
  silent?: boolean;
};

/**
 * A node waiting for a decision, whichever way it asked: `device` = its device is not paired for the role node,
 * `surface` = paired, but some of what it offers is not approved (does not expire), `legacy` = `node.pair.request`.
 */
export type NodeRequest = NodeFacts & {
  requestId: string;
  source: 'device' | 'surface' | 'legacy';
  isRepair: boolean;
  /** `surface` only: what is approved so far and goes on working, to be shown beside what is asked for now. */
  approved?: Surface;
  ts: number;
};

/** A trusted node. */
export type PairedNode = NodeFacts & {
  source: 'device' | 'legacy';
  createdAtMs: number;
  approvedAtMs: number;
  lastConnectedAtMs?: number;
  bins?: readonly string[];
};
