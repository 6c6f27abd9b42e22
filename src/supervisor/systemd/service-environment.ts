import { homedir } from 'node:os';
import { join } from 'node:path';

/** What is copied from the installing shell into a unit, and nothing else (field failures F-37, F-50). */
const COPIED = [
  'CLAWDBOT_STATE_DIR',
  'CLAWDBOT_CONFIG_PATH',
  'CLAWDBOT_PROFILE',
  'NODE_EXTRA_CA_CERTS',
  'TZ',
] as const;

/** Words that programs write when they have no value; never meant (F-50). */
const NO_VALUE = new Set(['', 'undefined', 'null']);

/** Facts about one entry of PATH. */
export type DirectoryFacts = { kind: 'directory'; writableByOthers: boolean } | { kind: 'absent' };

export type ServiceEnvironment = {
  variables: readonly (readonly [name: string, value: string])[];
  /** Secrets found in the shell that were left out, by name. */
  secretsLeftOut: readonly string[];
};

/**
 * The environment of a service: an allowlist of the shell's variables, a PATH of directories that exist, and the marks
 * that Clawdbot's own tools look for. Pure but for the facts handed in.
 */
export function serviceEnvironment(input: {
  shell: Readonly<Record<string, string | undefined>>;
  unit: string;
  kind: 'gateway' | 'node';
  version: string;
  path: string;
  /** Overrides of what the shell says (the state dir of a system service). */
  fixed?: Readonly<Record<string, string>>;
}): ServiceEnvironment {
  const copied = COPIED.flatMap((name): [string, string][] => {
    const value = input.fixed?.[name] ?? input.shell[name]?.trim() ?? '';
    return NO_VALUE.has(value) ? [] : [[name, value]];
  });
  return {
    variables: [
      ['PATH', input.path],
      ...copied,
      ['CLAWDBOT_SYSTEMD_UNIT', input.unit],
      ['CLAWDBOT_SERVICE_MARKER', 'clawdbot'],
      ['CLAWDBOT_SERVICE_KIND', input.kind],
      ['CLAWDBOT_SERVICE_VERSION', input.version],
    ],
    secretsLeftOut: ['CLAWDBOT_GATEWAY_TOKEN', 'CLAWDBOT_GATEWAY_PASSWORD'].filter(
      (name) => !NO_VALUE.has(input.shell[name]?.trim() ?? ''),
    ),
  };
}

/**
 * PATH of a service: the interpreter's directory, then per-user and system directories, each only if it is there and
 * nobody else may write to it. Install and doctor share this rule, so that a fresh install has no finding (F-37).
 */
export function servicePath(input: {
  scope: 'user' | 'system';
  kind: 'gateway' | 'node';
  home?: string;
  inspect(directory: string): DirectoryFacts;
}): string {
  const home = input.home ?? homedir();
  // The gateway starts only programs of the system; a node also runs what its account has installed.
  const own =
    input.scope === 'user' && input.kind === 'node'
      ? ['.local/bin', 'bin', '.npm-global/bin', '.bun/bin', '.cargo/bin'].map((part) => join(home, part))
      : [];
  return [...own, '/usr/local/bin', '/usr/bin', '/bin', '/usr/sbin', '/sbin']
    .filter((directory) => {
      const facts = input.inspect(directory);
      return facts.kind === 'directory' && !facts.writableByOthers;
    })
    .join(':');
}
