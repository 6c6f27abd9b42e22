import { homedir, userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { OpsError } from './ops-error.ts';

/** Environment variables that decide where state lives (reference: Clawdbot 2026.1.24-3). */
export type PathEnvironment = Readonly<Record<string, string | undefined>>;

/** Every path this product reads or writes. All absolute. */
export type StatePaths = {
  /** Profile name, or undefined for the default one. */
  profile: string | undefined;
  home: string;
  /** `~/.clawdbot`, `~/.clawdbot-PROFILE`, or `CLAWDBOT_STATE_DIR`. */
  stateDir: string;
  /** JSON5; `CLAWDBOT_CONFIG_PATH` moves it. */
  config: string;
  /** The Ed25519 key. Always under `~/.clawdbot` of the home directory, as in the real program. */
  deviceIdentity: string;
  /** Device tokens this machine holds as a client. Follows the state dir. */
  deviceAuth: string;
  nodeConfig: string;
  /** Always under `~/.clawdbot` of the home directory, as in the real program. */
  execApprovals: string;
  /** Pairing, tokens, audit, run history (SQLite). */
  database: string;
  /** Files of a real Clawdbot that are taken over once. */
  legacy: { pairedDevices: string; pendingDevices: string; pairedNodes: string };
  logDir: string;
  tlsDir: string;
};

/**
 * Works out every path from the environment and an optional profile name.
 * A relative `CLAWDBOT_STATE_DIR` is pinned to an absolute path at once, so a later `chdir` changes nothing.
 * @throws `usage` when the profile name has characters other than letters, digits, `_` and `-`, or there is no home
 */
export function resolvePaths(env: PathEnvironment = process.env, profileOption?: string): StatePaths {
  const profile = profileOption ?? (env['CLAWDBOT_PROFILE']?.trim() || undefined);
  if (profile !== undefined && !/^[A-Za-z0-9_-]+$/.test(profile)) {
    throw new OpsError(
      'usage',
      `cannot use the profile ${JSON.stringify(profile)}: only letters, digits, _ and - are allowed`,
    );
  }
  const home = homeOf(env);
  const homeState = join(home, '.clawdbot');
  const named = profile === undefined || profile === 'default' ? homeState : `${homeState}-${profile}`;
  const stateDir = env['CLAWDBOT_STATE_DIR']?.trim() ? expand(env['CLAWDBOT_STATE_DIR'].trim(), home) : named;
  const configOverride = env['CLAWDBOT_CONFIG_PATH']?.trim();
  return {
    profile,
    home,
    stateDir,
    config: configOverride ? expand(configOverride, home) : join(stateDir, 'clawdbot.json'),
    deviceIdentity: join(homeState, 'identity', 'device.json'),
    deviceAuth: join(stateDir, 'identity', 'device-auth.json'),
    nodeConfig: join(stateDir, 'node.json'),
    execApprovals: join(homeState, 'exec-approvals.json'),
    database: join(stateDir, 'clawdbot.sqlite'),
    legacy: {
      pairedDevices: join(stateDir, 'devices', 'paired.json'),
      pendingDevices: join(stateDir, 'devices', 'pending.json'),
      pairedNodes: join(stateDir, 'nodes', 'paired.json'),
    },
    logDir: join(stateDir, 'logs'),
    tlsDir: join(stateDir, 'gateway', 'tls'),
  };
}

/** An empty HOME counts as none: state must never land in whatever directory somebody happens to be in. */
function homeOf(env: PathEnvironment): string {
  const named = env['HOME']?.trim();
  if (named) return resolve(named);
  try {
    // os.homedir() gives HOME of the process even when it is empty.
    return homedir() || userInfo().homedir;
  } catch (cause) {
    throw new OpsError(
      'usage',
      `cannot find the home directory: HOME is not set, and uid ${process.getuid?.()} has no account here`,
      { cause, remedies: [{ kind: 'read', text: 'set HOME to a directory of this account' }] },
    );
  }
}

function expand(path: string, home: string): string {
  if (path === '~') return home;
  return resolve(path.startsWith('~/') ? join(home, path.slice(2)) : path);
}
