import { hostname } from 'node:os';
import { delimiter } from 'node:path';
import { CLOSE } from '../protocol/index.ts';
import {
  DAMAGE_REMEDY,
  loadConfig,
  loadOrCreateIdentity,
  OpsError,
  readNodeConfig,
  type StatePaths,
  writeNodeConfig,
} from '../state/index.ts';
import { createNodeCommands, NODE_COMMANDS } from './commands/node-commands.ts';
import { resolveNodeCredentials } from './host/node-credentials.ts';
import { type NodeOverrides, type NodeSettings, resolveNodeSettings } from './host/node-settings.ts';
import { policyContextOf } from './host/policy-context.ts';
import { openStatusWriter, readNodeStatus } from './host/status-file.ts';
import { attemptConnection, forgetIfRemoved } from './link/attempt.ts';
import { describeChange } from './link/describe-change.ts';
import { isForgotten } from './link/forgotten.ts';
import { keepLink } from './link/keep-link.ts';
import { type NodeState, onOffer } from './link/node-state.ts';
import { serveInvokes } from './link/serve-invokes.ts';
import { openTokenMemory } from './link/token-memory.ts';
import { watchNetwork } from './link/watch-network.ts';
import { watchOffer } from './link/watch-offer.ts';

/** Lines for people and log files. Hold no secrets. */
export type NodeLog = { info(text: string): void; warn(text: string): void };

export type NodeOptions = NodeOverrides & {
  paths: StatePaths;
  /** Shared credential; else `CLAWDBOT_GATEWAY_TOKEN`/`_PASSWORD`, else the config, else `token` of `node.json`. */
  token?: string;
  password?: string;
  /** Version of this program, sent to the gateway. */
  version: string;
  /** Ends the node host. Every command that still runs is ended first. */
  signal: AbortSignal;
  /** Ends those commands without grace (a second signal of an impatient user). */
  hurry?: AbortSignal;
  log: NodeLog;
  onState?: (state: NodeState) => void;
  /** Default `process.env`. */
  env?: Readonly<Record<string, string | undefined>>;
};

/** How a node host ended; there is only one way. `endedRuns`: commands that were running. */
export type NodeOutcome = { kind: 'stopped'; endedRuns: number };

/**
 * Runs the node host until `signal` aborts. Network, credentials and pairing never end it: it stays, says what it
 * waits for, and has a next attempt (F-62). `node.json` is rewritten with what is in force now; where the node stands
 * is in `node-status.json` (see {@link readNodeStatus}).
 * @throws `usage`, `config/invalid`, `identity/damaged`, `state/damaged`, `state/unreadable`, `state/write` before anything is started
 */
export async function runNode(options: NodeOptions): Promise<NodeOutcome> {
  const { paths, log, signal, env = process.env } = options;
  const loaded = loadConfig(paths, env);
  if (!loaded.valid) {
    const [issue] = loaded.issues.filter(({ severity }) => severity === 'error');
    throw new OpsError(
      'config/invalid',
      `cannot start the node host: ${paths.config}: ${issue?.message ?? 'invalid'}`,
      { remedies: [DAMAGE_REMEDY] },
    );
  }
  const stored = readNodeConfig(paths.nodeConfig);
  const settings = resolveNodeSettings(options, stored, hostname());
  const keys = loadOrCreateIdentity(paths.deviceIdentity, Date.now());
  writeNodeConfig(paths.nodeConfig, settings.file);
  warnOfTwin(paths.stateDir, log);
  if (settings.isReadableOnTheWay) log.warn(PLAIN_TEXT_WARNING);

  const policy = policyContextOf({ paths, env, config: loaded.config });
  const commands = createNodeCommands({ policy, log });
  const target = { gateway: settings.gatewayKey, path: paths.deviceAuth, deviceId: keys.deviceId };
  const tokens = openTokenMemory({ ...target, now: Date.now, log });
  const status = openStatusWriter({
    stateDir: paths.stateDir,
    deviceId: keys.deviceId,
    url: settings.url,
    now: Date.now,
    log,
  });
  const network = watchNetwork();
  const attemptOptions = {
    url: settings.url,
    tlsFingerprint: pinsInForce(paths, settings),
    keys,
    version: options.version,
    displayName: settings.displayName,
    nodeId: settings.nodeId,
    commands: NODE_COMMANDS,
    pathEnv: policy.host.searchPath.join(delimiter),
    configured: resolveNodeCredentials(options, loaded, { env, fileToken: stored?.token }),
    tokens,
    onDoubt: network.onChange,
    log,
  };
  options.hurry?.addEventListener('abort', () => commands.killAll('shutdown'), { once: true });
  log.info(`node host ${settings.displayName} (device ${keys.deviceId.slice(0, 12)}…) for ${settings.url}`);

  // A process that ends in any other way (an exception nobody caught) takes its commands along.
  const onExit = () => commands.killAll('shutdown');
  process.once('exit', onExit);
  let last: NodeState | undefined;
  const publish = (state: NodeState): void => {
    const line = describeChange(last, state, settings.url.replace(/^ws/, 'http'));
    last = state;
    if (line !== undefined) log[line.level](line.text);
    status.publish(state);
    options.onState?.(state);
  };
  let endedRuns = 0;
  let previousCloseCode: number | undefined;
  await keepLink({
    clock: { now: Date.now, random: Math.random, wait: network.wait },
    attempt: (onEvent, stop, budgetMs) => attemptConnection(attemptOptions, onEvent, stop, budgetMs),
    onNetworkBack: network.onChange,
    openSession(connection) {
      const facts = { deviceId: keys.deviceId, previousCloseCode };
      void connection.closed.then(({ code }) => {
        previousCloseCode = code;
        forgetIfRemoved(code, tokens);
      });
      const session = serveInvokes(connection, commands, log);
      const offer = watchOffer(connection, {
        log,
        onChange: (waiting) => last !== undefined && publish(onOffer(last, waiting)),
      });
      return {
        ...session,
        onEvent(event) {
          if (isForgotten(event, facts)) {
            log.warn('the gateway lost track of this node when its old connection closed; connecting anew');
            connection.close(CLOSE.normal, 'connecting anew');
          }
          offer.onEvent(event);
          session.onEvent(event);
        },
        async stop() {
          // The results of ended runs still reach the gateway, so the commands go before the connection.
          endedRuns = await commands.endAll('shutdown');
          await session.stop();
        },
      };
    },
    identify: ({ hello }) => ({
      url: settings.url,
      protocol: hello.protocol,
      ...(hello.server?.version === undefined ? {} : { version: hello.server.version }),
      ...(hello.server?.host === undefined ? {} : { host: hello.server.host }),
    }),
    publish,
    signal,
  });
  network.stop();
  process.off('exit', onExit);
  endedRuns += await commands.endAll('shutdown');
  commands.flush();
  status.flush();
  return { kind: 'stopped', endedRuns };
}

/** `clawdbot node pin` changes node.json under a running node; the next attempt uses what it says then. */
function pinsInForce(
  { nodeConfig }: StatePaths,
  { tlsFingerprint, file }: NodeSettings,
): () => string | undefined {
  return () => {
    try {
      const now = readNodeConfig(nodeConfig)?.gateway;
      const isSame = now?.host === file.gateway?.host && now?.port === file.gateway?.port;
      return isSame ? now?.tlsFingerprint : tlsFingerprint;
    } catch {
      return tlsFingerprint; // unreadable now: nothing changes
    }
  };
}

const PLAIN_TEXT_WARNING =
  'the way to this gateway is not encrypted (ws:// to another machine): everybody on it can read the token and the output; use its Tailscale name or --tls';

function warnOfTwin(stateDir: string, log: NodeLog): void {
  const before = readNodeStatus(stateDir);
  if (before.kind !== 'status' || !before.isRunning || before.status.pid === process.pid) return;
  log.warn(
    `another node host (pid ${before.status.pid}) runs with the same identity: the gateway shows both as twins and sends commands to the newest`,
  );
}
