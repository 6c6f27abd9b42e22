import type { NetworkInterfaceInfo } from 'node:os';
import type { LoadedConfig } from '../config/load.ts';
import { valueAt } from '../config/plain-object.ts';
import type { Config } from '../config/schema.ts';
import type { ExitClass } from '../ops-error.ts';
import { listenAddresses } from './listen-addresses.ts';
import { pick, readPort, type SettingSource, type Sourced } from './sources.ts';

/** What the command line said; everything optional. */
export type GatewayOverrides = {
  port?: number;
  bind?: Config['gateway']['bind'];
  authMode?: 'token' | 'password' | 'none';
  token?: string;
  password?: string;
  tailscaleMode?: Config['gateway']['tailscale']['mode'];
  resetOnExit?: boolean;
  allowUnconfigured?: boolean;
};

/** Why a gateway must not start with these settings. `message` may have several lines. */
type SettingProblem = { path: string; message: string; exitClass: ExitClass };

/** The settings a gateway runs with, and where each came from. */
export type GatewaySettings = {
  port: number;
  bind: Config['gateway']['bind'];
  /** Addresses to listen on; the ones with `optional` may be missing on a machine (IPv6 switched off). */
  addresses: readonly { host: string; optional: boolean }[];
  auth: {
    mode: 'none' | 'token' | 'password';
    token: string | undefined;
    password: string | undefined;
    allowTailscale: boolean;
  };
  tailscale: { mode: Config['gateway']['tailscale']['mode']; resetOnExit: boolean };
  trustedProxies: readonly string[];
  sources: Record<'port' | 'bind' | 'authMode' | 'token' | 'password', SettingSource>;
  /** Empty when the gateway may start. */
  problems: readonly SettingProblem[];
};

type Environment = Readonly<Record<string, string | undefined>>;
type Interfaces = Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>;

/**
 * Decides port, addresses and authentication: option, then environment (port) or config, then the other, then default.
 * Token and password come from the config before the environment (gateway-protocol section 6).
 * Pure: the machine's network interfaces come in as an argument (needed for `tailnet` only).
 */
export function resolveGatewaySettings(
  loaded: LoadedConfig,
  env: Environment,
  overrides: GatewayOverrides = {},
  interfaces: Interfaces = {},
): GatewaySettings {
  const { gateway } = loaded.config;
  const port = readPort(loaded, env, overrides.port);
  const bind = pick<Config['gateway']['bind']>(
    ['option', overrides.bind],
    ['config', valueAt(loaded.effective, ['gateway', 'bind']) !== undefined ? gateway.bind : undefined],
    ['default', gateway.bind],
  );
  const token = secret(overrides.token, gateway.auth.token, env['CLAWDBOT_GATEWAY_TOKEN']);
  const password = secret(overrides.password, gateway.auth.password, env['CLAWDBOT_GATEWAY_PASSWORD']);
  const mode = authMode(overrides, gateway.auth.mode, { token: token.value, password: password.value });
  const tailscaleMode = overrides.tailscaleMode ?? gateway.tailscale.mode;
  const addresses = listenAddresses({ bind: bind.value, customHost: gateway.customBindHost, interfaces });
  const settings: Omit<GatewaySettings, 'problems'> = {
    port: port.value,
    bind: bind.value,
    addresses: addresses.hosts,
    auth: {
      mode: mode.value,
      token: token.value,
      password: password.value,
      allowTailscale: gateway.auth.allowTailscale ?? (tailscaleMode === 'serve' && mode.value !== 'password'),
    },
    tailscale: { mode: tailscaleMode, resetOnExit: overrides.resetOnExit ?? gateway.tailscale.resetOnExit },
    trustedProxies: gateway.trustedProxies,
    sources: {
      port: port.source,
      bind: bind.source,
      authMode: mode.source,
      token: token.source,
      password: password.source,
    },
  };
  return {
    ...settings,
    problems: findProblems(loaded, settings, overrides, addresses.problem, port.problem),
  };
}

function secret(
  option: string | undefined,
  config: string | undefined,
  env: string | undefined,
): Sourced<string | undefined> {
  return pick<string | undefined>(
    ['option', blankIsAbsent(option)],
    ['config', blankIsAbsent(config)],
    ['env', blankIsAbsent(env)],
    ['default', undefined],
  );
}

/** Configured mode, else what the present secrets imply (gateway-protocol section 6). */
function authMode(
  overrides: GatewayOverrides,
  configured: GatewaySettings['auth']['mode'] | undefined,
  secrets: { token: string | undefined; password: string | undefined },
): Sourced<GatewaySettings['auth']['mode']> {
  const implied =
    secrets.password !== undefined ? 'password' : secrets.token !== undefined ? 'token' : 'none';
  return pick<GatewaySettings['auth']['mode']>(
    ['option', overrides.authMode],
    ['config', configured],
    ['default', implied],
  );
}

/** Texts are those of the real program (cli-and-state section 16) where it has one. */
function findProblems(
  loaded: LoadedConfig,
  settings: Omit<GatewaySettings, 'problems'>,
  overrides: GatewayOverrides,
  addressProblem: string | undefined,
  portProblem: string | undefined,
): SettingProblem[] {
  const problems: SettingProblem[] = [];
  const refuse = (path: string, message: string, exitClass: ExitClass = 78): void => {
    problems.push({ path, message, exitClass });
  };
  for (const issue of loaded.issues) {
    if (issue.severity === 'error' && !isOverridden(issue.path, overrides)) refuse(issue.path, issue.message);
  }
  if (overrides.allowUnconfigured !== true) {
    const mode = loaded.config.gateway.mode;
    if (!loaded.exists) {
      refuse(
        '',
        'Missing config. Run `clawdbot onboard` or set gateway.mode=local (or pass --allow-unconfigured).',
      );
    } else if (mode !== 'local') {
      refuse(
        'gateway.mode',
        `Gateway start blocked: set gateway.mode=local (current: ${mode ?? 'unset'}) or pass --allow-unconfigured.`,
      );
    }
  }
  const { auth, bind } = settings;
  if (auth.mode === 'token' && auth.token === undefined)
    refuse('gateway.auth.token', missingSecret('token', 'TOKEN'));
  if (auth.mode === 'password' && auth.password === undefined) {
    refuse('gateway.auth.password', missingSecret('password', 'PASSWORD'));
  }
  if (auth.mode === 'none' && bind !== 'loopback' && bind !== 'auto') {
    refuse(
      'gateway.bind',
      `Refusing to bind gateway to ${bind} without auth.\nSet gateway.auth.token or gateway.auth.password, or gateway.bind=loopback.`,
    );
  }
  if (auth.mode === 'none' && settings.tailscale.mode === 'funnel') {
    refuse('gateway.tailscale.mode', 'Refusing to publish the gateway with Tailscale Funnel without auth.');
  } else if (overrides.tailscaleMode === 'funnel' && auth.mode !== 'password') {
    // The same in the config file is one of its issues.
    const message = `Refusing to publish the gateway with Tailscale Funnel: it needs auth by password, not by ${auth.mode}.`;
    refuse('gateway.tailscale.mode', message);
  }
  if (portProblem !== undefined) refuse('gateway.port', portProblem);
  // the tailnet daemon may come up later, so this one is worth another try
  if (addressProblem !== undefined) refuse('gateway.bind', addressProblem, bind === 'tailnet' ? 75 : 78);
  return problems;
}

function missingSecret(kind: 'token' | 'password', variable: 'TOKEN' | 'PASSWORD'): string {
  return (
    `Gateway auth is set to ${kind}, but no ${kind} is configured.\n` +
    `Set gateway.auth.${kind} (or CLAWDBOT_GATEWAY_${variable}), or pass --${kind}.`
  );
}

/** A bad value in the file does not matter when the command line replaces it. */
function isOverridden(path: string, overrides: GatewayOverrides): boolean {
  if (path === 'gateway.port') return overrides.port !== undefined;
  if (path === 'gateway.bind') return overrides.bind !== undefined;
  return path === 'gateway.auth.mode' && overrides.authMode !== undefined;
}

function blankIsAbsent(value: string | undefined): string | undefined {
  return value === undefined || value.trim() === '' ? undefined : value;
}
