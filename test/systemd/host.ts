import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { cgroupRoot, emptyCgroup } from './control-group.ts';
import { type Ran, run } from './run-program.ts';
import { until } from './until.ts';

/**
 * A Debian with a systemd of its own, booted in a container: of this machine's own files, or of those in
 * `CLAWDBOT_TEST_ROOT` (`npm run test:debian`). Needs root.
 */
export type Host = {
  /** Runs a program inside, as root. Never throws for an exit status. */
  root(command: readonly string[], options?: RunOptions): Promise<Ran>;
  /** The same as `alice`, who has a user manager that outlives her logins (linger). */
  alice(command: readonly string[], options?: RunOptions): Promise<Ran>;
  /**
   * Starts a program inside and leaves it running. The child given is nsenter, which stays its parent: end the program
   * by ending its input, or by a signal from inside.
   */
  start(user: 'root' | 'alice', command: readonly string[], options?: RunOptions): ChildProcess;
  /** Sends a signal to a process inside. Refuses 0 and 1: a group of this machine, the init inside. */
  signal(name: 'KILL' | 'STOP' | 'USR2', pid: number | string): Promise<void>;
  /** A path inside, as this machine sees it. */
  path(inside: string): string;
  /** The init inside, as this machine numbers it; another one after a reboot. */
  leader(): number;
  /** uid of alice. */
  uid: number;
  /** Restarts the system inside, as `systemctl reboot` does. Files stay. */
  reboot(): Promise<void>;
  /** Ends everything and leaves nothing behind. */
  close(): Promise<void>;
};

export type RunOptions = {
  env?: Readonly<Record<string, string>>;
  /** Default: the patience of tests. */
  timeoutMs?: number;
  input?: string;
};

/** Names of work directories and control groups; the pid of the booting process follows. */
const PREFIX = 'clawdbot-systemd-';
const ROOT = process.env['CLAWDBOT_TEST_ROOT'] || '/';
const CLONE = join(import.meta.dirname, '../..');

/** Why no host can be booted here, or undefined. For `test(…, { skip })`. */
export function hostSkipReason(): string | undefined {
  if (process.getuid?.() !== 0) return 'booting a systemd needs root';
  if (cgroupRoot() === undefined) return 'booting a systemd needs a cgroup2 mount';
  return undefined;
}

/**
 * Boots a host, 2 to 3 s on two cores. It dies with this process, however this process ends: the shell that holds the
 * mounts, nspawn and the init inside are chained by PR_SET_PDEATHSIG.
 */
export async function bootHost(options: { networkNamespace?: string } = {}): Promise<Host> {
  await sweepDeadHosts();
  const work = mkdtempSync(`/tmp/${PREFIX}${process.pid}-`);
  const cgroup = join(cgroupRoot() ?? '/sys/fs/cgroup', basename(work));
  const script = join(import.meta.dirname, 'boot-container.sh');
  const shell = spawn(
    'setpriv',
    [
      '--pdeathsig',
      'KILL',
      'unshare',
      '--mount',
      '--propagation',
      'private',
      'sh',
      script,
      work,
      cgroup,
      options.networkNamespace ?? '',
      ROOT,
      CLONE,
    ],
    { stdio: ['ignore', 'pipe', 'pipe'], detached: true },
  );
  let output = '';
  for (const stream of [shell.stdout, shell.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
  const host = new RunningHost({ shell, work, cgroup });
  try {
    await host.waitForBoot();
    await host.addAlice();
  } catch (cause) {
    await host.close();
    throw new Error(`cannot boot a test host:\n${output}`, { cause });
  }
  return host;
}

class RunningHost implements Host {
  uid = 0;
  readonly #shell: ChildProcess;
  readonly #work: string;
  readonly #cgroup: string;
  /** The init inside, as this machine numbers it. */
  #leader = 0;
  readonly #started: ChildProcess[] = [];

  constructor(parts: { shell: ChildProcess; work: string; cgroup: string }) {
    this.#shell = parts.shell;
    this.#work = parts.work;
    this.#cgroup = parts.cgroup;
  }

  root(command: readonly string[], options: RunOptions = {}): Promise<Ran> {
    return run(this.#enter('root', command, options.env), options);
  }

  alice(command: readonly string[], options: RunOptions = {}): Promise<Ran> {
    return run(this.#enter('alice', command, options.env), options);
  }

  start(user: 'root' | 'alice', command: readonly string[], options: RunOptions = {}): ChildProcess {
    const [program = '', ...args] = this.#enter(user, command, options.env);
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    child.stdin.on('error', () => {}); // a reboot ends the program with its input open
    this.#started.push(child);
    return child;
  }

  async signal(name: string, pid: number | string): Promise<void> {
    if (!(Number(pid) > 1)) throw new Error(`cannot send ${name}: ${JSON.stringify(pid)} is no process`);
    const { status, stderr } = await this.root(['kill', `-${name}`, String(pid)]);
    if (status !== 0) throw new Error(`cannot send ${name} to ${pid}: ${stderr}`);
  }

  leader(): number {
    return this.#leader;
  }

  path(inside: string): string {
    return `/proc/${this.#leader}/root${inside}`;
  }

  async reboot(): Promise<void> {
    const before = this.#leader;
    await this.root(['systemctl', 'reboot', '--no-wall']);
    const isGone = (): boolean => {
      // systemd-shutdown stops every process before it kills it; nsenter stops with its child and then has to be woken
      // up to reap it, or the init inside would wait for ever.
      for (const child of this.#started) child.kill('SIGCONT');
      return !isAlive(before);
    };
    await until('the old init to end', isGone);
    await this.waitForBoot();
    await this.#waitForUserManager();
  }

  async close(): Promise<void> {
    for (const child of this.#started) child.kill('SIGKILL');
    const ended = new Promise((resolve) => this.#shell.once('close', resolve));
    if (this.#shell.exitCode === null && this.#shell.signalCode === null) {
      this.#shell.kill('SIGKILL');
      await ended;
    }
    await emptyCgroup(this.#cgroup);
    rmSync(this.#work, { recursive: true, force: true });
  }

  async waitForBoot(): Promise<void> {
    await until('an init inside', () => {
      if (this.#shell.exitCode !== null) throw new Error(`nspawn ended with ${this.#shell.exitCode}`);
      this.#leader = findLeader(this.#shell.pid ?? 0) ?? 0;
      return this.#leader !== 0;
    });
    await until('the system inside to be up', async () =>
      /^(running|degraded)/.test((await this.root(['systemctl', 'is-system-running'])).stdout),
    );
  }

  async addAlice(): Promise<void> {
    await this.root(['useradd', '--create-home', '--shell', '/bin/bash', 'alice']);
    this.uid = Number((await this.root(['id', '-u', 'alice'])).stdout);
    await this.root(['loginctl', 'enable-linger', 'alice']);
    await this.#waitForUserManager();
  }

  async #waitForUserManager(): Promise<void> {
    await until("alice's user manager to be up", async () =>
      /^(running|degraded)/.test((await this.alice(['systemctl', '--user', 'is-system-running'])).stdout),
    );
  }

  #enter(
    user: 'root' | 'alice',
    command: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): string[] {
    const home = user === 'root' ? '/root' : '/home/alice';
    const base: Record<string, string> = {
      HOME: home,
      USER: user,
      LOGNAME: user,
      PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin',
      LANG: 'C.UTF-8',
      ...(user === 'alice'
        ? {
            XDG_RUNTIME_DIR: `/run/user/${this.uid}`,
            DBUS_SESSION_BUS_ADDRESS: `unix:path=/run/user/${this.uid}/bus`,
          }
        : {}),
      ...env,
    };
    const pairs = Object.entries(base).map(([name, value]) => `${name}=${value}`);
    return [
      ...enterCgroup(this.#leader),
      'nsenter',
      '-t',
      String(this.#leader),
      '-m',
      '-u',
      '-i',
      '-n',
      '-p',
      '-C',
      `--wdns=${home}`,
      ...(user === 'root' ? [] : ['setpriv', `--reuid=${this.uid}`, `--regid=${this.uid}`, '--init-groups']),
      'env',
      '-i',
      ...pairs,
      ...command,
    ];
  }
}

/**
 * What moves a program into the host's own control groups before it enters: logind of systemd 257 refuses to hear callers
 * from outside of them (EUNATCH, "Protocol driver not attached").
 */
function enterCgroup(leader: number): string[] {
  const own = readFileSync(`/proc/${leader}/cgroup`, 'utf8')
    .split('\n')
    .find((line) => line.startsWith('0::'))
    ?.slice(3);
  // Before the init inside has made its own, it is still booting.
  if (own?.endsWith('/init.scope') !== true) return [];
  const directory = join(cgroupRoot() ?? '/sys/fs/cgroup', own, '../entered');
  return ['sh', '-c', 'mkdir -p "$0" && echo $$ >"$0/cgroup.procs" && exec "$@"', directory];
}

/** The container's init: the child of nspawn that is pid 1 in its own namespace. */
function findLeader(shellPid: number): number | undefined {
  const nspawn = childrenOf(shellPid).find((pid) => nameOf(pid) === 'systemd-nspawn');
  return nspawn === undefined ? undefined : childrenOf(nspawn).find((pid) => nameOf(pid) === 'systemd');
}

function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

function nameOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
  } catch {
    return '';
  }
}

function isAlive(pid: number): boolean {
  return nameOf(pid) !== '';
}

/** Removes the empty directories of hosts whose test was killed. Their processes and mounts ended with it. */
async function sweepDeadHosts(): Promise<void> {
  for (const name of readdirSync('/tmp')) {
    const pid = new RegExp(`^${PREFIX}(\\d+)-\\w{6}$`).exec(name)?.[1];
    if (pid === undefined || isAlive(Number(pid))) continue;
    await emptyCgroup(join(cgroupRoot() ?? '/sys/fs/cgroup', name));
    rmSync(join('/tmp', name), { recursive: true, force: true });
  }
}
