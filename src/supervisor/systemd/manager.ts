import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { OpsError, type Remedy } from '../../state/index.ts';
import { findTrustedHelper } from '../trusted-helper.ts';
import type { UnitScope } from './render-unit.ts';
import { isWsl, WSL_WITHOUT_SYSTEMD } from './wsl.ts';

/** One service manager: which one, where its units lie, and how to talk to it. */
export type ServiceManager = {
  scope: UnitScope;
  /** `user manager of alice` or `system manager`, for messages. */
  name: string;
  /** Where our units are written. */
  unitDirectory: string;
  /** Every directory that may hold units of an administrator or user, most important first. */
  searchDirectories: readonly string[];
  account: { name: string; uid: number; home: string };
  /** @throws `unit/no-bus` when the manager cannot be reached at all, `unit/systemctl` after the deadline */
  systemctl(args: readonly string[], options?: { deadlineMs?: number }): Promise<Called>;
};

/** How a helper ended. `status` is undefined when it was killed or could not start. */
export type Called = { status: number | undefined; stdout: string; stderr: string };

/** 10 s: every question is answered in milliseconds; a manager that needs longer hangs (F-43). */
const QUESTION_DEADLINE_MS = 10_000;

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The service manager for a scope. Decides by the effective uid and its passwd entry; variables that sudo left behind
 * only count as evidence that something is confused (field failure F-44).
 * @throws `unit/no-systemd` where another init runs, `unit/refused` for the wrong account
 */
export function openServiceManager(options: { scope: UnitScope; env: Environment }): ServiceManager {
  requireSystemd();
  const { username, uid, homedir } = userInfo();
  const account = { name: username, uid, home: homedir };
  if (options.scope === 'system') return systemManager(account);
  refuseConfusedAccount(account, options.env);
  return userManager(account, options.env);
}

/** Where we write units. A manager looks where its own environment says, not where XDG_CONFIG_HOME of this shell does. */
export function unitDirectoryOf(scope: UnitScope, home: string): string {
  return scope === 'system' ? '/etc/systemd/system' : join(home, '.config', 'systemd', 'user');
}

/** Whether units can be installed here at all. sd_booted(3) asks the same question. */
export function hasSystemd(): boolean {
  return existsSync('/run/systemd/system') && findTrustedHelper('systemctl') !== undefined;
}

function requireSystemd(): void {
  if (hasSystemd()) return;
  const init = readFileSync('/proc/1/comm', 'utf8').trim();
  throw new OpsError(
    'unit/no-systemd',
    `cannot manage a service: process 1 of this machine is ${JSON.stringify(init)}, not systemd`,
    {
      remedies: [
        ...(isWsl() ? [{ kind: 'read' as const, text: WSL_WITHOUT_SYSTEMD }] : []),
        { kind: 'run', command: ['clawdbot', 'up'] },
        {
          kind: 'read',
          text: 'clawdbot up runs gateway and node in the foreground and restarts them itself',
        },
      ],
    },
  );
}

function refuseConfusedAccount(account: ServiceManager['account'], env: Environment): void {
  const home = env['HOME'];
  const isSudo = account.uid === 0 && (env['SUDO_UID'] ?? '0') !== '0';
  const isForeignHome = home !== undefined && home !== '' && resolve(home) !== resolve(account.home);
  if (!isSudo && !isForeignHome) return;
  if (account.uid !== 0) {
    // With a state directory of its own the service does not depend on HOME.
    if (env['CLAWDBOT_STATE_DIR']) return;
    throw new OpsError(
      'unit/refused',
      `cannot use the user manager of ${account.name}: HOME is ${home}, but the home of the account is ${account.home}, where its services would look for their state`,
      {
        remedies: [
          { kind: 'read', text: `repeat the command with HOME=${account.home}` },
          {
            kind: 'read',
            text: 'or say with CLAWDBOT_STATE_DIR which state directory the service shall use',
          },
        ],
      },
    );
  }
  const person = env['SUDO_USER'] ?? 'your account';
  throw new OpsError(
    'unit/refused',
    `cannot use the user manager of ${account.name}: this runs as root with the environment of ${person} (HOME=${home ?? 'unset'})`,
    {
      remedies: [
        {
          kind: 'read',
          text: `run the same command as ${person}, without sudo, for a service of that account`,
        },
        ...machineRemedy(env['SUDO_USER']),
        { kind: 'read', text: 'add --system for a service of the machine' },
      ],
    },
  );
}

/** How root reaches the manager of somebody else, systemctl(1) `--machine=`. */
function machineRemedy(person: string | undefined): Remedy[] {
  if (person === undefined || person === 'root') return [];
  const at = `--machine=${person}@.host`;
  return [{ kind: 'run', command: ['systemctl', '--user', at, 'status', 'clawdbot-gateway.service'] }];
}

function systemManager(account: ServiceManager['account']): ServiceManager {
  return {
    scope: 'system',
    name: 'system manager',
    unitDirectory: unitDirectoryOf('system', account.home),
    searchDirectories: ['/etc/systemd/system', '/usr/local/lib/systemd/system', '/usr/lib/systemd/system'],
    account,
    systemctl: (args, { deadlineMs } = {}) =>
      call('systemctl', ['--system', '--no-ask-password', ...args], fixedEnvironment(), deadlineMs),
  };
}

function userManager(account: ServiceManager['account'], env: Environment): ServiceManager {
  const own = unitDirectoryOf('user', account.home);
  return {
    scope: 'user',
    name: `user manager of ${account.name}`,
    unitDirectory: own,
    searchDirectories: [own, '/etc/systemd/user', '/usr/local/lib/systemd/user', '/usr/lib/systemd/user'],
    account,
    systemctl: async (args, { deadlineMs } = {}) => {
      const runtime = userRuntimeDirectory(account.uid, env);
      if (runtime === undefined) return callThroughMachine(account, args, deadlineMs);
      const bus = { XDG_RUNTIME_DIR: runtime, DBUS_SESSION_BUS_ADDRESS: `unix:path=${runtime}/bus` };
      return call(
        'systemctl',
        ['--user', '--no-ask-password', ...args],
        { ...fixedEnvironment(), HOME: account.home, ...bus },
        deadlineMs,
      );
    },
  };
}

/**
 * `/run/user/UID` of a running user manager, wherever the caller comes from: cron, su and a bare ssh command have no
 * XDG_RUNTIME_DIR although the manager runs (F-42). The private socket answers also without a bus.
 */
export function userRuntimeDirectory(uid: number, env: Environment): string | undefined {
  const places = [`/run/user/${uid}`, env['XDG_RUNTIME_DIR'] ?? ''].filter((path) => path !== '');
  return places.find((path) => existsSync(join(path, 'systemd', 'private')) || existsSync(join(path, 'bus')));
}

/**
 * The sockets of the manager cannot be seen from here (another mount namespace, a chroot) although it may run: asks it
 * over the system bus, as `--machine=NAME@.host` does. Not when it is down: the way in would start it.
 * @throws `unit/no-bus`
 */
async function callThroughMachine(
  account: ServiceManager['account'],
  args: readonly string[],
  deadlineMs: number | undefined,
): Promise<Called> {
  const unit = `user@${account.uid}.service`;
  const asked = await call('systemctl', ['--system', '--no-ask-password', 'is-active', unit]);
  if (asked.stdout.trim() !== 'active')
    throw noUserManager(account, `${unit} is ${asked.stdout.trim() || 'not known'}`);
  const answer = await call(
    'systemctl',
    ['--user', `--machine=${account.name}@.host`, '--no-ask-password', ...args],
    fixedEnvironment(),
    deadlineMs,
  );
  if (answer.status === 1 && answer.stdout === '' && /connect|denied|authenticat/i.test(answer.stderr)) {
    throw noUserManager(
      account,
      `${unit} is active, but --machine=${account.name}@.host is refused (${answer.stderr.trim().split('\n')[0]})`,
    );
  }
  return answer;
}

function noUserManager({ name, uid }: ServiceManager['account'], more: string): OpsError {
  const here = existsSync(`/run/user/${uid}`)
    ? `/run/user/${uid} has neither systemd/private nor bus`
    : `/run/user/${uid} does not exist: nobody is logged in and lingering is off, or it cannot be seen from here`;
  const missing = `${here}; ${more}`;
  return new OpsError('unit/no-bus', `cannot reach the user manager of ${name}: ${missing}`, {
    remedies: [{ kind: 'run', command: ['sudo', 'loginctl', 'enable-linger', name] }],
    evidence: { uid },
  });
}

/** Changing the system manager needs root; polkit would only ask somebody who is not there. @throws `unit/refused` */
export function requireRights({ scope, account }: ServiceManager): void {
  if (scope === 'user' || account.uid === 0) return;
  throw new OpsError('unit/refused', `cannot change a service of the machine: ${account.name} is not root`, {
    remedies: [
      { kind: 'read', text: 'repeat the command with sudo' },
      { kind: 'read', text: 'or leave --system away for a service of this account' },
    ],
  });
}

/** Runs a trusted helper with a deadline. @throws `unit/systemctl` when it is missing or hangs */
export function call(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = fixedEnvironment(),
  deadlineMs: number = QUESTION_DEADLINE_MS,
): Promise<Called> {
  const path = findTrustedHelper(program);
  if (path === undefined) {
    throw new OpsError(
      'unit/systemctl',
      `cannot run ${program}: not found in /usr/bin, /bin or /usr/local/bin`,
    );
  }
  return new Promise((resolve, reject) => {
    execFile(
      path,
      [...args],
      { env, timeout: deadlineMs, killSignal: 'SIGKILL', maxBuffer: 16 * 1024 * 1024 },
      (error, stdout, stderr) => {
        if (error?.killed) {
          reject(
            new OpsError(
              'unit/systemctl',
              `cannot run ${[program, ...args].join(' ')}: no answer within ${deadlineMs} ms`,
              {
                cause: error,
              },
            ),
          );
          return;
        }
        const status = error === null ? 0 : typeof error.code === 'number' ? error.code : undefined;
        resolve({ status, stdout, stderr });
      },
    );
  });
}

/** Answers of helpers are parsed, so they must not depend on the caller's language or pager. */
function fixedEnvironment(): Record<string, string> {
  return {
    LC_ALL: 'C.UTF-8',
    PATH: '/usr/bin:/bin',
    SYSTEMD_PAGER: '',
    SYSTEMD_COLORS: '0',
    SYSTEMD_URLIFY: '0',
  };
}
