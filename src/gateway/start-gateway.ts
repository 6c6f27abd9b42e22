import { randomUUID } from 'node:crypto';
import { createServer as createHttpServer, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { hostname, release } from 'node:os';
import { arch, platform } from 'node:process';
import { CLOSE, HEALTH_INTERVAL_MS, type PresenceEntry, TICK_INTERVAL_MS } from '../protocol/index.ts';
import {
  type Config,
  errorText,
  type GatewaySettings,
  openDatabase,
  type StatePaths,
  type Store,
} from '../state/index.ts';
import { ApprovalDesk } from './approval/approval-desk.ts';
import { type GatewayCore, type GatewayRules, stateVersion } from './core.ts';
import { type GatewayLog, SILENT_LOG } from './gateway-log.ts';
import { FailedAuthLimit } from './handshake/failed-auth-limit.ts';
import { healthPayload } from './health.ts';
import type { HostPolicy } from './http/host-allowlist.ts';
import { type ListenPlan, listenAll } from './http/listen.ts';
import { answerHttp, type Readiness } from './http/routes.ts';
import { gatewayIdentity } from './identity-answer.ts';
import { InvokeMemory } from './nodes/invoke-memory.ts';
import { InvokeRouter } from './nodes/invoke-router.ts';
import { NodeRegistry } from './nodes/node-registry.ts';
import { RunJournal } from './nodes/run-journal.ts';
import { Presence } from './presence.ts';
import { acceptSockets } from './session/accept-sockets.ts';
import { Connections } from './session/connections.ts';
import { HandshakeDeadlines } from './session/handshake-deadlines.ts';
import { PING_INTERVAL_MS, probeLiveness } from './session/liveness.ts';
import { PacedBroadcast } from './session/paced-broadcast.ts';

/** As long as a WebSocket handshake may take. */
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 15_000;
const KEEP_ALIVE_MS = 5_000;

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
  /** Somebody (runGateway) watches the config file. */
  watchesConfig?: boolean;
  onState?: (state: GatewayState) => void;
  /** Stops the gateway like `stop`. */
  signal?: AbortSignal;
  /** For tests: shorter waits. */
  timing?: { handshakeMs?: number; headersMs?: number; tickMs?: number; pingMs?: number };
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

export type RunningGateway = {
  /** `host:port`, IPv6 in brackets. */
  addresses: readonly string[];
  port: number;
  /** `ws://127.0.0.1:PORT` (or `wss:`), for programs on this machine. */
  url: string;
  core: GatewayCore;
  /** Replaces what may change without a restart. */
  updateRules(config: Config): void;
  /** Announces, waits for running invokes at most `graceMs`, closes everything. Repeated calls join the first. */
  stop(options: StopOptions): Promise<void>;
  /** Settles when the gateway has stopped. */
  closed: Promise<void>;
};

/**
 * Opens the database, listens and serves. Takes no lock and touches no signal: see `runGateway` for a whole process.
 * @throws `port/in-use`, `port/bind`, `state/*`
 */
export async function startGateway(options: GatewayOptions): Promise<RunningGateway> {
  const { paths, settings, config, timing = {} } = options;
  options.onState?.('starting');
  const tls = config.gateway.tls.enabled
    ? await (await import('./http/tls-material.ts')).tlsMaterial(config.gateway.tls, paths.tlsDir, [
        hostname(),
      ])
    : undefined;
  const core = makeCore(options);
  let state: GatewayState = 'starting';
  const deadlines = new HandshakeDeadlines(timing.handshakeMs);
  let hostPolicy: HostPolicy = {
    port: settings.port,
    allowedHosts: config.gateway.allowedHosts,
    boundAddresses: [],
  };
  const identity = gatewayIdentity(core);
  const sources = {
    isPageEnabled: config.gateway.controlUi.enabled,
    identity: () => ({ ...identity, state }),
    readiness: (): Readiness => readiness(core, state),
  };
  const adopt = acceptSockets({
    core,
    deadlines,
    hostPolicy: () => hostPolicy,
    isStopping: () => state !== 'serving',
  });
  const makeServer = (): Server => {
    // Slow-loris: the headers have to be complete in time; Node looks every second instead of every 30 s.
    const limits = {
      connectionsCheckingInterval: 1_000,
      headersTimeout: timing.headersMs ?? HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
    };
    const server = tls === undefined ? createHttpServer(limits) : createHttpsServer({ ...tls, ...limits });
    server.on('request', (request, response) => answerHttp({ ...sources, hostPolicy }, request, response));
    adopt(server);
    return server;
  };
  const plan: ListenPlan =
    options.listenFds === undefined
      ? { kind: 'addresses', port: settings.port, addresses: settings.addresses }
      : { kind: 'descriptors', fds: options.listenFds };
  const listening = await listenAll(plan, makeServer).catch((thrown: unknown) => {
    core.store.close();
    throw thrown;
  });
  hostPolicy = {
    ...hostPolicy,
    port: listening.port,
    boundAddresses: listening.addresses.map((address) => address.replace(/:\d+$/, '')),
  };
  const timers = startTimers(core, deadlines, timing);
  core.store.runs.loseRunning(core.now());
  state = 'serving';
  options.onState?.('serving');
  for (const address of listening.addresses) {
    core.log.info(`listening on ${tls === undefined ? 'ws' : 'wss'}://${address} (PID ${process.pid})`);
  }

  const closed = Promise.withResolvers<void>();
  let stopping: Promise<void> | undefined;
  const stop = (stopOptions: StopOptions): Promise<void> => {
    stopping ??= (async () => {
      state = 'stopping';
      options.onState?.('stopping');
      await drain(core, listening.servers, stopOptions);
      for (const timer of timers) timer();
      deadlines.stop();
      core.desk.stop();
      core.journal.flush();
      core.store.close();
      state = 'stopped';
      options.onState?.('stopped');
      closed.resolve();
    })();
    return stopping;
  };
  options.signal?.addEventListener('abort', () => void stop({ reason: 'gateway stopping', graceMs: 0 }), {
    once: true,
  });
  return {
    addresses: listening.addresses,
    port: listening.port,
    url: `${tls === undefined ? 'ws' : 'wss'}://127.0.0.1:${listening.port}`,
    core,
    updateRules: (changed) => {
      core.rules = { ...rulesOf(settings, changed), auth: core.rules.auth };
      hostPolicy = { ...hostPolicy, allowedHosts: changed.gateway.allowedHosts };
    },
    stop,
    closed: closed.promise,
  };
}

/** Devices a real Clawdbot has paired here need not pair again. */
function takeOverLegacyFiles(store: Store, paths: StatePaths, log: GatewayLog): void {
  const { devices, requests, nodes, problems, done } = store.takeOver(paths.legacy);
  for (const { file, reason } of problems)
    log.warn('cannot take over a file of the real program', { file, reason });
  if (!done) log.info('took over pairings of the real program', { devices, requests, nodes });
}

function makeCore({ paths, settings, config, version, ...options }: GatewayOptions): GatewayCore {
  const store = openDatabase(paths.database);
  const log = options.log ?? SILENT_LOG;
  takeOverLegacyFiles(store, paths, log);
  const connections = new Connections();
  const count = () => connections.size;
  const presenceNews = new PacedBroadcast(() => {
    const payload = { presence: core.presence.list(core.selfPresence, core.now()) };
    // Operators only: who else is connected, and from where, is none of a node's business.
    connections.broadcast('presence', payload, {
      whenSlow: 'skip',
      stateVersion: stateVersion(core),
      only: 'operator',
    });
  }, count);
  const healthNews = new PacedBroadcast(() => {
    core.healthVersion += 1;
    connections.broadcast('health', healthPayload(core), { stateVersion: stateVersion(core) });
  }, count);
  const host = hostname();
  const core: GatewayCore = {
    paths,
    version,
    startedAtMs: Date.now(),
    host,
    log,
    store,
    connections,
    presence: new Presence(),
    nodes: new NodeRegistry(),
    invokes: new InvokeRouter(),
    memory: new InvokeMemory(),
    journal: new RunJournal(store),
    desk: new ApprovalDesk(),
    limit: new FailedAuthLimit(),
    now: Date.now,
    rules: rulesOf(settings, config),
    healthVersion: 0,
    heartbeatsEnabled: true,
    announce: (what) => (what === 'presence' ? presenceNews : healthNews).request(),
    stopAnnouncing: () => {
      presenceNews.stop();
      healthNews.stop();
    },
    logFile: options.logFile ?? `${paths.logDir}/gateway.log`,
    watchesConfig: options.watchesConfig ?? false,
    audit: (entry) => {
      try {
        store.audit.append({ ...entry, atMs: Date.now() });
      } catch (thrown) {
        log.error('cannot write the audit trail', { action: entry.action, error: errorText(thrown) });
      }
    },
    selfPresence: selfPresence(host, version),
  };
  return core;
}

function rulesOf(settings: GatewayOptions['settings'], { gateway }: Config): GatewayRules {
  return {
    auth: settings.auth,
    trustedProxies: gateway.trustedProxies,
    allowInsecureControlUi: gateway.controlUi.allowInsecureAuth,
    commands: { allowCommands: gateway.nodes.allowCommands, denyCommands: gateway.nodes.denyCommands },
  };
}

function selfPresence(host: string, version: string): PresenceEntry {
  const family = platform === 'darwin' ? 'Mac' : platform === 'win32' ? 'Windows' : 'Linux';
  return {
    host,
    ip: host,
    version,
    platform: `${platform} ${release()}`,
    deviceFamily: family,
    modelIdentifier: arch,
    mode: 'gateway',
    reason: 'self',
    text: `Gateway: ${host} · app ${version} · mode gateway · reason self`,
    ts: Date.now(),
    instanceId: randomUUID(),
  };
}

function readiness(core: GatewayCore, state: GatewayState): Readiness {
  const reasons: string[] = [];
  if (state !== 'serving') reasons.push(`gateway is ${state}`);
  try {
    core.store.devices.listPending(core.now());
  } catch (thrown) {
    reasons.push(`database does not answer: ${errorText(thrown)}`);
  }
  return { ready: reasons.length === 0, reasons };
}

/** The gateway's clocks; each entry stops one. */
function startTimers(
  core: GatewayCore,
  deadlines: HandshakeDeadlines,
  timing: NonNullable<GatewayOptions['timing']>,
): (() => void)[] {
  const every = (ms: number, work: () => void): (() => void) => {
    const timer = setInterval(work, ms);
    return () => clearInterval(timer);
  };
  return [
    every(timing.tickMs ?? TICK_INTERVAL_MS, () =>
      core.connections.broadcast('tick', { ts: core.now() }, { whenSlow: 'skip' }),
    ),
    every(HEALTH_INTERVAL_MS, () => {
      core.presence.sweep(core.now());
      core.announce('health');
      core.store.runs.prune(core.now());
    }),
    every(timing.pingMs ?? PING_INTERVAL_MS, () => {
      for (const { id, peer } of probeLiveness(core.connections)) {
        core.log.warn('no answer to pings, connection cut off', { connection: id, device: peer.deviceId });
      }
      probeLiveness(deadlines);
    }),
    core.stopAnnouncing,
  ];
}

async function drain(core: GatewayCore, servers: readonly Server[], options: StopOptions): Promise<void> {
  const { reason, restartExpectedMs = null, graceMs, hurry } = options;
  core.connections.broadcast('shutdown', { reason, restartExpectedMs });
  for (const server of servers) server.close();
  const giveUpAt = performance.now() + graceMs;
  while (core.invokes.size > 0 && performance.now() < giveUpAt && hurry?.aborted !== true) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const open = [...core.connections];
  for (const connection of open) connection.close(CLOSE.restart, 'service restart');
  // A polite peer answers the close frame within a round trip; the others are cut.
  const cutAt = performance.now() + 1_000;
  while (core.connections.size > 0 && performance.now() < cutAt) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  for (const connection of open) connection.terminate();
  for (const server of servers) server.closeAllConnections();
}
