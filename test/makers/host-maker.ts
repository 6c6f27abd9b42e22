import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Report } from '../../src/diagnostics/index.ts';
import type { Host } from '../systemd/host.ts';
import { configureGateway, installCopy } from '../systemd/installed-copy.ts';
import { until } from '../systemd/until.ts';
import type { Mend } from './maker.ts';
import { inTime } from './setup.ts';

/** Breaks a healthy service on a booted host in exactly one way; the next maker finds it healthy again. */
export type HostMaker = {
  id: string;
  /** Root ids expected besides `id`, with the reason. */
  also?: readonly string[];
  /** Why it cannot be brought about here, undefined when it can. */
  skip?: () => string | undefined;
  make: (setup: HostSetup) => Promise<unknown> | unknown;
  mend?: Mend<HostSetup>;
  /** Why `--undo` is not tried; the fault is made anew instead. */
  notUndone?: string;
  /** Takes back what `healthyAgain` does not know of. */
  clean?: (setup: HostSetup) => Promise<unknown> | unknown;
};

export const SERVICE = 'clawdbot-gateway.service';
export const SOCKET = 'clawdbot-gateway.socket';
/** Unit files of alice. */
export const UNITS = '/home/alice/.config/systemd/user';
export const STATE = '/home/alice/.clawdbot';

/** A host on which alice has the gateway as a service. */
export class HostSetup {
  readonly host: Host;

  constructor(host: Host) {
    this.host = host;
    installCopy(host);
  }

  /** `systemctl --user` of alice. */
  systemctl(...args: readonly string[]) {
    return this.host.alice(['systemctl', '--user', ...args]);
  }

  clawdbot(...args: readonly string[]) {
    return this.host.alice(['clawdbot', ...args]);
  }

  /** What alice's doctor says. */
  doctor(): Promise<Report> {
    return inTime(async () => {
      const { stdout, stderr } = await this.clawdbot('doctor', '--json');
      if (stdout === '') throw new Error(`the doctor said nothing: ${stderr}`);
      return JSON.parse(stdout);
    });
  }

  /** A drop-in of the gateway service, loaded. */
  async dropIn(lines: readonly string[]): Promise<void> {
    await this.writeAsAlice(`${UNITS}/${SERVICE}.d/override.conf`, lines);
    await this.systemctl('daemon-reload');
  }

  async withoutDropIn(): Promise<void> {
    rmSync(this.host.path(`${UNITS}/${SERVICE}.d`), { recursive: true, force: true });
    await this.systemctl('daemon-reload');
  }

  /** A private file of alice. */
  async writeAsAlice(path: string, lines: readonly string[]): Promise<void> {
    mkdirSync(join(this.host.path(path), '..'), { recursive: true });
    writeFileSync(this.host.path(path), `${lines.join('\n')}\n`, { mode: 0o600 });
    await this.host.root(['chown', '-R', 'alice:', '/home/alice/.config']);
  }

  /** A gateway of alice that nobody supervises, as from a terminal. */
  async startByHand(): Promise<void> {
    await this.systemctl('stop', SERVICE, SOCKET);
    this.host.start('alice', ['clawdbot', 'gateway']);
    await until('a gateway started by hand', () => this.answers());
  }

  async answers(): Promise<boolean> {
    const { stdout } = await this.host.alice(['curl', '-s', '-m', '20', 'http://127.0.0.1:18789/readyz']);
    return stdout.includes('"ready":true');
  }

  /** Whether it is as `healthyAgain` would make it: the service itself serves, with its own settings. */
  async isHealthy(): Promise<boolean> {
    if (existsSync(this.host.path(`${UNITS}/${SERVICE}.d`)) || !(await this.answers())) return false;
    const { findings } = await this.doctor();
    const { stdout } = await this.host.alice(['cat', `${STATE}/gateway.holder.json`]);
    return findings.length === 0 && JSON.parse(stdout).starter?.unit === SERVICE;
  }

  /** Installed, enabled, lingering, serving, whatever was there before. */
  async healthyAgain(): Promise<void> {
    rmSync(this.host.path(`${UNITS}/${SERVICE}.d`), { recursive: true, force: true });
    await this.host.root(['touch', '/var/lib/systemd/linger/alice']);
    await configureGateway(this.host);
    const installed = await this.clawdbot('gateway', 'install');
    if (installed.status !== 0) throw new Error(installed.stderr);
    await this.systemctl('daemon-reload');
    await this.systemctl('reset-failed');
    // A restart alone leaves the port to whoever took it over from the socket unit.
    await this.systemctl('stop', SERVICE, SOCKET);
    await this.clawdbot('gateway', 'stop');
    await this.clawdbot('gateway', 'start');
    await until('the gateway to answer', () => this.answers());
  }

  /** Ends the gateway that the record names. */
  async endOwner(): Promise<void> {
    const { stdout } = await this.host.alice(['cat', `${STATE}/gateway.holder.json`]);
    const pid = String(JSON.parse(stdout).pid);
    await this.host.root(['kill', pid]);
    const isGone = async () => (await this.host.root(['kill', '-0', pid])).status !== 0;
    await until('the owner to end', isGone);
  }
}
