import type { Server } from 'node:http';
import { hostname } from 'node:os';
import { type Config, errorText } from '../state/index.ts';
import { inspectListeners } from '../supervisor/index.ts';
import { endWhatDied } from './approval/end-what-died.ts';
import type { GatewayCore } from './core.ts';
import { drain } from './drain.ts';
import type { GatewayOptions, GatewayState, StopOptions } from './gateway-options.ts';
import type { HostPolicy } from './http/host-allowlist.ts';
import { type ListenOutcome, type ListenPlan, listenAll } from './http/listen.ts';
import { isLoopback, plainAddress } from './http/locality.ts';
import { answerHttp, pageBasePath } from './http/routes.ts';
import { gatewayIdentity } from './identity-answer.ts';
import { makeCore, rulesOf } from './make-core.ts';
import { readiness } from './readiness.ts';
import { acceptSockets } from './session/accept-sockets.ts';
import { HandshakeDeadlines } from './session/handshake-deadlines.ts';
import { startTimers } from './timers.ts';

// Not by `import`: that reads every export, and one of `node:http` (its WebSocket) loads all of undici, 16 ms per start.
const { createServer: createHttpServer } = process.getBuiltinModule('node:http');
const { createServer: createHttpsServer } = process.getBuiltinModule('node:https');

/** As long as a WebSocket handshake may take. */
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 15_000;
const KEEP_ALIVE_MS = 5_000;

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
    pageBase: pageBasePath(config.gateway.controlUi.basePath),
    identity: () => ({ ...identity, state }),
    readiness: () => readiness(core, () => state),
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
    // Errors of a listening server (no descriptors left, say) concern one connection, not the gateway.
    server.once('listening', () =>
      server.on('error', (cause) => core.log.error('listener', { reason: errorText(cause) })),
    );
    server.on('request', (request, response) => answerHttp({ ...sources, hostPolicy }, request, response));
    adopt(server);
    return server;
  };
  const plan: ListenPlan =
    options.listenFds === undefined
      ? {
          kind: 'addresses',
          port: settings.port,
          addresses: settings.addresses,
          inherited: options.inherited,
        }
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
  const news = tellFollowers(core);
  if (news !== undefined) timers.push(news);
  endWhatDied(core);
  state = 'serving';
  options.onState?.('serving');
  for (const address of listening.addresses) {
    core.log.info(`listening on ${tls === undefined ? 'ws' : 'wss'}://${address} (PID ${process.pid})`);
  }
  const exposing = new AbortController();
  const exposed = expose(core, options, { port: listening.port, signal: exposing.signal });
  warnAboutPlainText(core, listening.addresses, tls !== undefined);
  warnAboutTaken(core, listening);

  const closed = Promise.withResolvers<void>();
  let stopping: Promise<void> | undefined;
  const stop = (stopOptions: StopOptions): Promise<void> => {
    stopping ??= (async () => {
      state = 'stopping';
      options.onState?.('stopping');
      // Before connections close, so that whoever waits for a person is told.
      core.desk.stop();
      exposing.abort();
      await exposed.end();
      await drain({ core, servers: listening.servers, deadlines }, stopOptions);
      for (const timer of timers) timer();
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

/** Served without an address: `localhost` may reach whoever has it (field failure F-17). The doctor has it as `port/family`. */
function warnAboutTaken(core: GatewayCore, { taken, port }: ListenOutcome): void {
  if (taken.length === 0) return;
  const holders = inspectListeners({ port }).filter(
    ({ address }) => taken.includes(address) || address === '::',
  );
  for (const { address, holders: processes, hidden } of holders) {
    const who = processes.map(({ pid, name }) => `${name} (pid ${pid})`).join(', ');
    core.log.warn(
      `[${address}]:${port} is held by ${who || (hidden ?? 'a process that ended')}; served without it, so localhost may reach that program: use 127.0.0.1`,
    );
  }
}

/** Sends the `doctor` event to those who have asked the doctor before. Gives the end of it. */
function tellFollowers({ doctor, connections }: GatewayCore): (() => void) | undefined {
  return doctor?.onNews((news) => {
    for (const connection of connections) if (connection.followsDoctor) connection.sendEvent('doctor', news);
  });
}

/** Publishes in the background; nothing of it is loaded when the config does not ask for it. */
function expose(
  core: GatewayCore,
  { tailscale, tailscaleAccess: access }: GatewayOptions,
  { port, signal }: { port: number; signal: AbortSignal },
): { end: () => Promise<void> } {
  if (tailscale === undefined || tailscale.mode === 'off') return { end: () => Promise.resolve() };
  core.exposure = { state: 'checking' };
  const wish = { tailscale, port, access };
  const loaded = import('./exposure/keep-exposed.ts');
  const running = loaded.then(({ keepExposed }) => keepExposed(core, wish, signal));
  running.catch((thrown: unknown) =>
    core.log.error('cannot publish the gateway', { reason: errorText(thrown) }),
  );
  return {
    end: async () => {
      if (!tailscale.resetOnExit) return;
      const { endExposure } = await loaded;
      await endExposure(core, wish).catch((thrown: unknown) =>
        core.log.warn('the route in the tailnet stays', { reason: errorText(thrown) }),
      );
    },
  };
}

/** Tokens cross the network readable when nothing else protects it (F-75). The operator chose the address; it is said. */
function warnAboutPlainText(core: GatewayCore, addresses: readonly string[], isTls: boolean): void {
  if (isTls) return;
  for (const address of addresses.filter((each) => !isLoopback(plainAddress(each)))) {
    core.log.warn(
      `listening on ${address} without TLS: use a tailnet address or Tailscale Serve, or set gateway.tls.enabled`,
    );
  }
}
