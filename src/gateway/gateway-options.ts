import type { Config, GatewaySettings, StatePaths } from '../state/index.ts';
import type { InheritedListener } from '../supervisor/index.ts';
import type { TailscaleAccess } from '../supervisor/tailscale/index.ts';
import type { GatewayDoctor } from './gateway-doctor.ts';
import type { GatewayLog } from './gateway-log.ts';

export type GatewayState = 'starting' | 'serving' | 'stopping' | 'stopped';

export type GatewayOptions = {
  paths: StatePaths;
  /** As `resolveGatewaySettings` gives them; port 0 takes a free one. */
  settings: Pick<GatewaySettings, 'port' | 'addresses' | 'auth' | 'trustedProxies'>;
  config: Config;
  version: string;
  log?: GatewayLog;
  /** What `logs.tail` reads; default under the state directory. */
  logFile?: string;
  /** Sockets that listen already; then `settings.addresses` are not bound. */
  listenFds?: readonly number[];
  /** Sockets of the former owner that listen already; those that fit `settings.addresses` are used, the others closed. */
  inherited?: readonly InheritedListener[];
  /** Somebody (runGateway) watches the config file. */
  watchesConfig?: boolean;
  /** How to publish it; not at all without. */
  tailscale?: GatewaySettings['tailscale'];
  /** How tailscaled is asked; default its usual socket. */
  tailscaleAccess?: TailscaleAccess;
  /** What makes the process around the gateway unfit, as sentences for /readyz. */
  troubles?: () => readonly string[];
  /** Looks at the machine around the gateway; without one `doctor.*` and `service.status` are unavailable. */
  doctor?: GatewayDoctor;
  onState?: (state: GatewayState) => void;
  /** Stops the gateway like `stop`. */
  signal?: AbortSignal;
  /** For tests: shorter waits. */
  timing?: {
    handshakeMs?: number;
    headersMs?: number;
    tickMs?: number;
    pingMs?: number;
    holdMs?: number;
    comeBackMs?: number;
  };
};

export type StopOptions = {
  /** Text of the `shutdown` event. */
  reason: string;
  /** Announced to clients: when to be back. Absent: not soon. */
  restartExpectedMs?: number;
  /** How long running invokes may take to finish. */
  graceMs: number;
  /** Ends the wait for them. */
  hurry?: AbortSignal;
};
