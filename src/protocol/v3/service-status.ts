/** Who started a process: a phrase for people, and the unit when it was one. */
export type StarterView = {
  text: string;
  kind: 'unit' | 'supervisor' | 'container' | 'cron' | 'shell' | 'other';
  unit?: string;
  scope?: 'system' | 'user';
  invocationId?: string;
};

/** A service unit that starts a gateway, whoever wrote it. */
export type UnitStatusView = {
  unit: string;
  scope: 'system' | 'user';
  path: string;
  /** `clawdbot-supervisor`, `clawdbot`, `openclaw`, … */
  product: string;
  isOurs: boolean;
  enabled: boolean;
  /** Absent when its manager cannot be asked. */
  activeState?: string;
  subState?: string;
  mainPid?: number;
  /** Automatic restarts since it was started by hand. */
  restarts?: number;
  statusText?: string;
};

/** `service.status` (ours): who owns the gateway's service, who would be next, and what became of the former ones. */
export type ServiceStatusView = {
  schemaVersion: 1;
  /** ISO 8601. */
  generatedAt: string;
  /** One sentence. */
  summary: string;
  /** The process that has the lock of the state directory; null when nobody has. */
  owner: {
    pid: number;
    uid: number;
    version: string;
    state: 'starting' | 'serving' | 'standby' | 'stopping';
    startedBy: StarterView;
    /** Since when it is in this state, Unix ms. */
    sinceMs: number;
    addresses: readonly string[];
    /** Whether the kernel confirms the lock; `unknown` when its descriptors may not be read. */
    hasLock: 'yes' | 'no' | 'unknown';
  } | null;
  /** Processes that take over when the owner ends. */
  standbys: readonly { pid: number; startedBy: string; sinceMs: number }[];
  units: readonly UnitStatusView[];
  /** Ends of the service that are remembered, oldest first, with their causes. */
  ends: readonly { service: string; atMs: number; cause: string; gaveUp: boolean }[];
  /** Everybody who listens on the gateway's port, near misses included. */
  listeners: readonly {
    address: string;
    port: number;
    class: 'ours' | 'sibling' | 'foreign' | 'unknown';
    holders: readonly { pid: number; uid: number; name: string; startedBy: string; ageMs: number }[];
    /** Why holders may be missing. */
    hidden?: string;
  }[];
  /** Where the gateway is reached from the tailnet; null when it is not published. */
  route: { url: string; target: string; isFunnel: boolean } | null;
  /** The supervisor of this program (`clawdbot up`), null without one. */
  supervisor: {
    pid: number;
    services: readonly { name: string; state: string; restarts: number; givenUp?: string }[];
  } | null;
  /** Parts that could not be found out, with the reason. */
  unknown: readonly string[];
};
