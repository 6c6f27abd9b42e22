import { execFile } from 'node:child_process';
import { findTrustedHelper } from '../trusted-helper.ts';
import { KEPT_SOCKET_NAME, storeListeningSockets } from './keep-sockets.ts';
import { isPositiveInteger } from './positive-integer.ts';

/** What systemd is told (sd_notify(3)). Every call returns at once and never throws; without systemd nothing happens. */
export type ServiceNotifier = {
  /** Whether a service manager listens. */
  isActive: boolean;
  /** A manager waits for messages that cannot be sent: why, for people. */
  trouble: string | undefined;
  /** Start-up is over, requests are answered. May be said again, by a standby that serves now. */
  ready(status?: string): void;
  /** The unit is up but waits for another owner to end: nearly no signs of life until {@link ready}. */
  standby(status: string): void;
  /** The line `systemctl status` shows. At most one message a second; the last one wins. */
  status(text: string): void;
  /** Start-up takes longer than `TimeoutStartSec=`: count from now, again. */
  extendStart(forMs: number): void;
  /**
   * Asks the manager to keep the sockets on which this process listens on a port beyond its end, for its successor.
   * False when it does not; nothing is lost then.
   */
  keepSockets(port: number): Promise<boolean>;
  /** Asks for the opposite: the port is to be free when this process closes it. */
  forgetSockets(): Promise<void>;
  /** The stop has begun. Settles when systemd knows. */
  stopping(status?: string): Promise<void>;
  /** Ends the watchdog and the pending status. */
  close(): void;
};

type Fields = Record<string, string>;

/** systemd-notify(1) waits until the manager has worked off the message; more than this means it hangs. */
const DEADLINE_MS = 10_000;
const STATUS_INTERVAL_MS = 1_000;
/**
 * 20 min: a sign of life costs 9 ms of CPU for the helper, and a standby is to cost nothing. In exchange, a standby that
 * is stopped by a signal is replaced only then.
 */
const STANDBY_WATCHDOG_MS = 20 * 60_000;

/**
 * Connects to the service manager that started this process, and takes its variables out of the environment so that no
 * child speaks for the service.
 *
 * Node has no AF_UNIX datagram sockets, so messages go through systemd-notify(1), a child: the unit needs
 * `NotifyAccess=all`. The program waits for the barrier message to be worked off, so the manager can still tell from the
 * sender's control group which unit it was (systemd 246).
 *
 * With `WatchdogSec=` the main loop sends a sign of life twice per interval: a blocked loop or a stopped process sends
 * none and is replaced.
 */
export function connectServiceManager(
  env: Record<string, string | undefined> = process.env,
): ServiceNotifier {
  const { NOTIFY_SOCKET, WATCHDOG_USEC, WATCHDOG_PID } = env;
  for (const name of ['NOTIFY_SOCKET', 'WATCHDOG_USEC', 'WATCHDOG_PID']) delete env[name];
  const program = NOTIFY_SOCKET ? findTrustedHelper('systemd-notify') : undefined;
  if (!NOTIFY_SOCKET) return SILENT;
  if (program === undefined) {
    const trouble =
      'systemd-notify is missing in /usr/bin: the service manager cannot be told that this program is ready';
    return { ...SILENT, trouble };
  }

  const messages = new MessageQueue(program, NOTIFY_SOCKET);
  const isWatched =
    isPositiveInteger(WATCHDOG_USEC) && (WATCHDOG_PID === undefined || Number(WATCHDOG_PID) === process.pid);
  const watchdog = new Watchdog(isWatched ? Number(WATCHDOG_USEC) / 1_000 : undefined, (fields) =>
    messages.send(fields),
  );
  const statusLine = new PacedStatus((text) => messages.send({ STATUS: text }));
  return {
    isActive: true,
    trouble: undefined,
    ready: (status) => messages.send({ READY: '1', ...watchdog.strict(), ...statusLine.alongWith(status) }),
    standby: (status) =>
      messages.send({ READY: '1', ...watchdog.lenient(), ...statusLine.alongWith(status) }),
    status: (text) => statusLine.set(oneLine(text)),
    extendStart: (forMs) => messages.send({ EXTEND_TIMEOUT_USEC: String(Math.round(forMs * 1_000)) }),
    keepSockets: (port) => storeListeningSockets({ notifySocket: NOTIFY_SOCKET, port }),
    forgetSockets: () => {
      messages.send({ FDSTOREREMOVE: '1', FDNAME: KEPT_SOCKET_NAME });
      return messages.flushed();
    },
    stopping: (status) => {
      messages.send({ STOPPING: '1', ...statusLine.alongWith(status) });
      return messages.flushed();
    },
    close: () => {
      watchdog.close();
      statusLine.close();
    },
  };
}

const SILENT: ServiceNotifier = {
  isActive: false,
  trouble: undefined,
  ready: () => {},
  standby: () => {},
  status: () => {},
  extendStart: () => {},
  keepSockets: async () => false,
  forgetSockets: async () => {},
  stopping: async () => {},
  close: () => {},
};

/** One helper at a time; what comes meanwhile is merged into the next message. */
class MessageQueue {
  readonly #program: string;
  readonly #socket: string;
  #waiting: Fields | undefined;
  #running: Promise<void> | undefined;

  constructor(program: string, socket: string) {
    this.#program = program;
    this.#socket = socket;
  }

  send(fields: Fields): void {
    this.#waiting = { ...this.#waiting, ...fields };
    this.#running ??= this.#work();
  }

  async flushed(): Promise<void> {
    await this.#running;
  }

  async #work(): Promise<void> {
    while (this.#waiting !== undefined) {
      const message = Object.entries(this.#waiting).map(([name, value]) => `${name}=${value}`);
      this.#waiting = undefined;
      await this.#run(message);
    }
    this.#running = undefined;
  }

  /** A message that cannot be delivered is dropped: the manager's own timeouts are what acts on silence. */
  #run(message: readonly string[]): Promise<void> {
    return new Promise((resolve) => {
      execFile(
        this.#program,
        [...message],
        { env: { NOTIFY_SOCKET: this.#socket }, timeout: DEADLINE_MS, killSignal: 'SIGKILL' },
        () => resolve(),
      );
    });
  }
}

/** Signs of life from the main loop, two per interval. The interval can be changed at run time (sd_notify(3)). */
class Watchdog {
  readonly #intervalMs: number | undefined;
  readonly #send: (fields: Fields) => void;
  #currentMs: number | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(intervalMs: number | undefined, send: (fields: Fields) => void) {
    this.#intervalMs = intervalMs;
    this.#send = send;
    this.#arm(intervalMs);
  }

  strict(): Fields {
    return this.#change(this.#intervalMs);
  }

  lenient(): Fields {
    return this.#change(this.#intervalMs === undefined ? undefined : STANDBY_WATCHDOG_MS);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #change(intervalMs: number | undefined): Fields {
    if (intervalMs === undefined || intervalMs === this.#currentMs) return {};
    this.#arm(intervalMs);
    return { WATCHDOG_USEC: String(Math.round(intervalMs * 1_000)) };
  }

  #arm(intervalMs: number | undefined): void {
    clearInterval(this.#timer);
    this.#currentMs = intervalMs;
    if (intervalMs === undefined) return;
    this.#timer = setInterval(() => this.#send({ WATCHDOG: '1' }), intervalMs / 2).unref();
  }
}

/** The first status goes out at once, later ones at most once per interval. */
class PacedStatus {
  readonly #send: (text: string) => void;
  #last: string | undefined;
  #next: string | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(send: (text: string) => void) {
    this.#send = send;
  }

  set(text: string): void {
    if (text === (this.#next ?? this.#last)) return;
    this.#next = text;
    if (this.#timer === undefined) this.#flush();
  }

  /** The status as part of another message, which replaces one that waits. */
  alongWith(status: string | undefined): Fields {
    const text = status === undefined ? this.#next : oneLine(status);
    this.#next = undefined;
    if (text === undefined) return {};
    this.#last = text;
    return { STATUS: text };
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#next = undefined;
  }

  #flush(): void {
    if (this.#next === undefined) {
      this.#timer = undefined;
      return;
    }
    this.#last = this.#next;
    this.#next = undefined;
    this.#send(this.#last);
    this.#timer = setTimeout(() => this.#flush(), STATUS_INTERVAL_MS).unref();
  }
}

/** A newline would start another field of the message. */
function oneLine(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ').trim();
}
