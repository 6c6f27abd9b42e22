import type { PresenceEntry, StateVersion } from '../protocol/index.ts';
import type { AuditEntry, NodeRequest, StatePaths, Store } from '../state/index.ts';
import type { PeerConfirmation, TailnetClaim } from '../supervisor/tailscale/index.ts';
import type { ApprovalDesk } from './approval/approval-desk.ts';
import type { Exposure } from './exposure/exposure-state.ts';
import type { GatewayDoctor } from './gateway-doctor.ts';
import type { GatewayLog } from './gateway-log.ts';
import type { AuthPolicy } from './handshake/authenticate.ts';
import type { FailedAuthLimit } from './handshake/failed-auth-limit.ts';
import type { InvokeMemory } from './nodes/invoke-memory.ts';
import type { InvokeRouter } from './nodes/invoke-router.ts';
import type { NodeRegistry } from './nodes/node-registry.ts';
import type { NodeCommandRules } from './nodes/platform-commands.ts';
import type { RunJournal } from './nodes/run-journal.ts';
import type { Presence } from './presence.ts';
import type { Connections } from './session/connections.ts';
import type { WaitingRoom } from './session/waiting-room.ts';
import type { Vitals } from './vitals.ts';

/** Settings fixed at start, and the few that a config change replaces while the gateway runs. */
export type GatewayRules = {
  auth: AuthPolicy;
  trustedProxies: readonly string[];
  allowInsecureControlUi: boolean;
  commands: NodeCommandRules;
};

/** Everything one running gateway knows; what methods work on. */
export type GatewayCore = {
  readonly paths: StatePaths;
  readonly version: string;
  readonly startedAtMs: number;
  readonly host: string;
  readonly log: GatewayLog;
  readonly store: Store;
  readonly connections: Connections;
  /** Connections held until a person has decided about their device. */
  readonly waiting: WaitingRoom;
  readonly presence: Presence;
  readonly nodes: NodeRegistry;
  readonly invokes: InvokeRouter;
  readonly memory: InvokeMemory;
  readonly journal: RunJournal;
  /** How long a caller may take to come back with the same key before what it started is ended. */
  readonly comeBackWithinMs: number;
  readonly desk: ApprovalDesk;
  readonly limit: FailedAuthLimit;
  readonly vitals: Vitals;
  readonly now: () => number;
  rules: GatewayRules;
  healthVersion: number;
  heartbeatsEnabled: boolean;
  /** On the way to a stop: what runs may finish, nothing new is sent to nodes. */
  isDraining: boolean;
  /** Presence or health changed: tell everybody soon, but not once per change. */
  readonly announce: (what: 'presence' | 'health') => void;
  readonly stopAnnouncing: () => void;
  /** A node asks for something new: tell operators. */
  readonly announceNodeRequest: (request: NodeRequest) => void;
  /** The log file `logs.tail` reads. */
  readonly logFile: string;
  /** Somebody watches the config file and restarts or re-reads after a change. */
  readonly watchesConfig: boolean;
  readonly audit: (entry: Omit<AuditEntry, 'atMs'>) => void;
  readonly selfPresence: PresenceEntry;
  /** How it can be reached from the tailnet. */
  exposure: Exposure;
  /** Confirms whom Tailscale Serve says it forwards for. */
  readonly confirmPeer: (claim: TailnetClaim) => Promise<PeerConfirmation>;
  /** See `GatewayOptions`. */
  readonly troubles: () => readonly string[];
  /** See `GatewayOptions`. */
  readonly doctor: GatewayDoctor | undefined;
};

/** The version pair of `presence` and `health` events. */
export function stateVersion(core: GatewayCore): StateVersion {
  return { presence: core.presence.version, health: core.healthVersion };
}
