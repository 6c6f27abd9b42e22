import type { Writable } from 'node:stream';
import type { GatewayOverrides, StatePaths } from '../state/index.ts';
import { claimService, monotonicMs, type OnConflict, wantedAddresses } from '../supervisor/index.ts';
import type { TailscaleAccess } from '../supervisor/tailscale/index.ts';
import { deferLog } from './deferred-log.ts';
import type { GatewayDoctor } from './gateway-doctor.ts';
import { ProcessSignals } from './process-signals.ts';
import { readSettings } from './read-settings.ts';
import { RestartableGateway, type SocketKeeper } from './restartable-gateway.ts';
import type { RunningGateway } from './start-gateway.ts';
import { watchStateDirectory } from './watch-state-directory.ts';

export type RunGatewayOptions = {
  paths: StatePaths;
  version: string;
  env?: Readonly<Record<string, string | undefined>>;
  /** What the command line said. */
  overrides?: GatewayOverrides;
  /** Default: wait as standby under a supervisor, refuse by hand. */
  onConflict?: OnConflict;
  /** How this program is called, for advice. */
  cli?: readonly string[];
  /** Sockets that listen already (systemd socket activation). */
  listenFds?: readonly number[];
  /** Keeps the sockets this process opens itself, for the next process of the same service. */
  keeper?: SocketKeeper;
  /** Where lines for people go; default stderr. */
  console?: Writable;
  /** Called before a wait as standby, while nothing is open; see `standByQuietly` of the supervisor. */
  onStandby?: () => void;
  /** One line about what the process is doing, for STATUS= and terminals. */
  onStatus?: (line: string) => void;
  /** See `GatewayOptions`. */
  doctor?: GatewayDoctor;
  /** Called whenever the gateway (again) answers requests. */
  onServing?: (gateway: RunningGateway) => void;
  /** How tailscaled is asked; default its usual socket. */
  tailscaleAccess?: TailscaleAccess;
  /** Stops like SIGTERM. */
  signal?: AbortSignal;
};

/** Why the process may end with status 0. */
export type RunEnd = 'signal' | 'stop-requested' | 'handed-over' | 'restart-needed';

/**
 * A whole gateway process: becomes the owner of the state directory, serves, follows the config file, and ends cleanly
 * on SIGTERM or SIGINT (announced, drained, sockets closed with 1012). A second signal ends the drain.
 * @throws `config/invalid`, `config/missing`, `lock/held`, `lock/unavailable`, `port/in-use`, `port/bind`, `state/*`
 */
export async function runGateway(options: RunGatewayOptions): Promise<RunEnd> {
  process.title = 'clawdbot-gateway';
  const { paths, env = process.env, listenFds } = options;
  const end = Promise.withResolvers<RunEnd>();
  const stopping = new AbortController();
  const hurry = new AbortController();
  const signals = new ProcessSignals(() => {
    stopping.abort();
    end.resolve('signal');
  });
  signals.again.then(() => hurry.abort());
  options.signal?.addEventListener('abort', () => signals.stop(), { once: true });
  const log = deferLog();
  try {
    const read = () => readSettings({ paths, env, overrides: options.overrides });
    const first = read();
    const ownership = await claimService({
      stateDir: paths.stateDir,
      service: 'clawdbot-gateway',
      version: options.version,
      ...wantedAddresses(listenFds === undefined ? first.settings.addresses : []),
      port: first.settings.port,
      inheritSockets: listenFds === undefined,
      cli: options.cli ?? ['clawdbot'],
      ...(options.onConflict === undefined ? {} : { onConflict: options.onConflict }),
      ...(options.onStandby === undefined ? {} : { onStandby: options.onStandby }),
      onStatus: (line) => options.onStatus?.(line),
      signal: stopping.signal,
    });
    if (ownership === undefined) return 'signal';
    const watch = watchStateDirectory({
      stateDir: ownership.stateDir,
      ownership,
      log,
      onStatus: (line) => options.onStatus?.(line),
    });
    try {
      const gateway = new RestartableGateway(
        {
          paths,
          version: options.version,
          log,
          listenFds,
          keeper: options.keeper,
          read,
          troubles: watch.troubles,
          doctor: options.doctor,
          tailscaleAccess: options.tailscaleAccess,
          onServing: async (running) => {
            await ownership.serving(running.addresses);
            options.onServing?.(running);
            options.onStatus?.(`serving on ${running.addresses.join(', ')}`);
          },
          onNeedsNewProcess: () => end.resolve('restart-needed'),
        },
        first,
      );
      await gateway.start(ownership.inherited);
      ownership.attach({
        // Closing our descriptors would free nothing: systemd goes on listening, and we could not listen again.
        whyNotHandOver: () =>
          listenFds === undefined
            ? undefined
            : 'its sockets belong to systemd (socket activation), which would keep the port',
        suspend: (deadlineMonotonicMs) => gateway.suspend(Math.max(0, deadlineMonotonicMs - monotonicMs())),
        resume: async (inherited) => {
          log.warn('the new owner does not serve: taking the service back');
          await gateway.start(inherited);
          return gateway.gateway?.addresses ?? [];
        },
        end: (reason) => end.resolve(reason),
        fail: (why) => end.reject(why),
      });
      // Everything below is not needed to serve, so it waits until the gateway does.
      const { openGatewayLog } = await import('./open-gateway-log.ts');
      const fileLog = await openGatewayLog(paths, first, options.console ?? process.stderr);
      log.attach(fileLog);
      for (const { path, message } of first.loaded.warnings) log.warn('config', { path, message });
      const { followConfig } = await import('./follow-config.ts');
      const onFatal = (thrown: unknown) => end.reject(thrown);
      followConfig({ paths, env, gateway, log, fileLog, onFatal, signal: stopping.signal });
      signals.onRestart = () => {
        // Text of the reference (cli-and-state §2).
        if (gateway.settings.loaded.config.commands.restart) gateway.restart('SIGUSR1').catch(onFatal);
        else
          log.warn('SIGUSR1 restart ignored (not authorized; enable commands.restart or use gateway tool).');
      };

      const why = await end.promise;
      stopping.abort();
      log.info('stopping', { why });
      const { drainMs } = gateway.settings.loaded.config.supervisor;
      ownership.stopping(monotonicMs() + drainMs);
      await gateway.end(drainMs, hurry.signal);
      log.info('stopped');
      fileLog.close();
      return why;
    } finally {
      watch.stop();
      await ownership.release();
    }
  } finally {
    signals.release();
  }
}
