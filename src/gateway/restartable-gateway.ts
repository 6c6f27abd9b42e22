import { RESTART_EXPECTED_MS } from '../protocol/index.ts';
import { errorText, resolveLogPath, type StatePaths } from '../state/index.ts';
import type { InheritedListener } from '../supervisor/index.ts';
import type { TailscaleAccess } from '../supervisor/tailscale/index.ts';
import type { GatewayDoctor } from './gateway-doctor.ts';
import type { GatewayLog } from './gateway-log.ts';
import type { Readied } from './read-settings.ts';
import { type RunningGateway, startGateway } from './start-gateway.ts';

/** Who can keep listening sockets open beyond this process: the service manager's descriptor store. */
export type SocketKeeper = {
  /** Takes the sockets of a port into keeping; false when it cannot. */
  keepSockets(port: number): Promise<boolean>;
  forgetSockets(): Promise<void>;
};

export type RestartableOptions = {
  paths: StatePaths;
  version: string;
  log: GatewayLog;
  listenFds: readonly number[] | undefined;
  /** Absent outside a service. */
  keeper: SocketKeeper | undefined;
  /** Reads the settings anew. @throws when they cannot be used */
  read: () => Readied;
  /** See `GatewayOptions`. */
  troubles: () => readonly string[];
  /** See `GatewayOptions`. */
  doctor: GatewayDoctor | undefined;
  tailscaleAccess?: TailscaleAccess | undefined;
  /** Called whenever a gateway (again) answers requests. */
  onServing: (gateway: RunningGateway) => Promise<void>;
  /** Called instead of a restart inside the process, when that is impossible. */
  onNeedsNewProcess: () => void;
};

/** One gateway of this process after the other: a changed config, a hand-over that failed. */
export class RestartableGateway {
  readonly #options: RestartableOptions;
  #current: Readied;
  #gateway: RunningGateway | undefined;
  /** Starts and stops happen one after the other. */
  #queue: Promise<void> = Promise.resolve();
  #isEnding = false;
  /** The sockets of the gateway are in keeping: closing them here does not free the port. */
  #isKept = false;

  constructor(options: RestartableOptions, first: Readied) {
    this.#options = options;
    this.#current = first;
  }

  get settings(): Readied {
    return this.#current;
  }

  get gateway(): RunningGateway | undefined {
    return this.#gateway;
  }

  /** `inherited`: sockets that listen already, of the former owner. Those that do not fit are closed. */
  start(inherited: readonly InheritedListener[]): Promise<void> {
    return this.#enqueue(() => this.#startWith(this.#current, inherited));
  }

  /** Applies what needs no restart. */
  apply(loaded: Readied['loaded']): void {
    this.#current = { ...this.#current, loaded };
    this.#gateway?.updateRules(loaded.config);
  }

  /** Stops and starts with the settings as they are now; with the former ones when those do not work. */
  restart(why: string): Promise<void> {
    return this.#enqueue(async () => {
      if (this.#isEnding) return;
      const { log, read } = this.#options;
      let next: Readied;
      try {
        next = read();
      } catch (thrown) {
        log.error('the changed config cannot be used, the gateway goes on with the former one', {
          reason: errorText(thrown),
        });
        return;
      }
      log.info('restarting', { why });
      if (this.#options.listenFds !== undefined || this.#isKept) {
        // Inherited descriptors end with their servers, and Node cannot duplicate them. The service manager keeps the
        // port open until the new process listens.
        this.#options.onNeedsNewProcess();
        return;
      }
      await this.#stopForRestart(this.#current.loaded.config.supervisor.drainMs);
      try {
        await this.#startWith(next);
        this.#current = next;
      } catch (thrown) {
        log.error('cannot start with the changed config, back to the former one', {
          reason: errorText(thrown),
        });
        await this.#startWith(this.#current);
      }
    });
  }

  /** Closes every listener but keeps the process: another one is to take over. */
  suspend(graceMs: number): Promise<void> {
    return this.#enqueue(async () => {
      if (this.#isKept) await this.#options.keeper?.forgetSockets();
      this.#isKept = false;
      await this.#stopForRestart(graceMs);
    });
  }

  /** The last stop. */
  end(graceMs: number, hurry: AbortSignal): Promise<void> {
    this.#isEnding = true;
    return this.#enqueue(async () => {
      await this.#gateway?.stop({ reason: 'gateway stopping', graceMs, hurry });
    });
  }

  async #stopForRestart(graceMs: number): Promise<void> {
    await this.#gateway?.stop({
      reason: 'gateway restarting',
      restartExpectedMs: RESTART_EXPECTED_MS,
      graceMs,
    });
    this.#gateway = undefined;
  }

  async #startWith(
    { loaded, settings }: Readied,
    inherited: readonly InheritedListener[] = [],
  ): Promise<void> {
    const { paths, version, log, listenFds, keeper, troubles, doctor, tailscaleAccess, onServing } =
      this.#options;
    this.#gateway = await startGateway({
      paths,
      settings,
      tailscale: settings.tailscale,
      ...(tailscaleAccess === undefined ? {} : { tailscaleAccess }),
      config: loaded.config,
      version,
      log,
      logFile: resolveLogPath(paths, loaded.config, 'gateway'),
      watchesConfig: true,
      troubles,
      ...(doctor === undefined ? {} : { doctor }),
      ...(listenFds === undefined ? {} : { listenFds }),
      inherited,
    });
    await onServing(this.#gateway);
    if (listenFds === undefined && keeper !== undefined) this.#keepLater(keeper, this.#gateway.port);
  }

  /** A step of its own: the start does not wait for it, the next restart or stop does. */
  #keepLater(keeper: SocketKeeper, port: number): void {
    void this.#enqueue(async () => {
      this.#isKept = await keeper.keepSockets(port);
    });
  }

  #enqueue(work: () => Promise<void>): Promise<void> {
    const done = this.#queue.then(work);
    this.#queue = done.catch(() => {
      // The caller of this step has the error; the next step starts anyway.
    });
    return done;
  }
}
