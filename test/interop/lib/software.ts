import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { findPeer, peerCache } from '../peer-versions.ts';

/** Which program plays a part: this repository, the published Clawdbot 2026.1.24-3 (`real`), or OpenClaw. */
export type Software = 'own' | 'real' | 'openclaw';

/** Names a program uses on its host: state directory below the home, config file in it, prefix of its variables. */
export const NAMES = {
  own: { stateDir: '.clawdbot', config: 'clawdbot.json', prefix: 'CLAWDBOT' },
  real: { stateDir: '.clawdbot', config: 'clawdbot.json', prefix: 'CLAWDBOT' },
  openclaw: { stateDir: '.openclaw', config: 'openclaw.json', prefix: 'OPENCLAW' },
} as const satisfies Record<Software, { stateDir: string; config: string; prefix: string }>;

const repository = resolve(import.meta.dirname, '../../..');

/** Where a program looks for its config below a home. */
export function configPathOf(software: Software, home: string): string {
  return join(home, NAMES[software].stateDir, NAMES[software].config);
}

/** The command line that starts a program with the given arguments. @throws when the peer is not installed */
export function commandOf(software: Software, args: readonly string[]): readonly [string, ...string[]] {
  if (software === 'own') return [process.execPath, join(repository, 'src', 'cli', 'main.ts'), ...args];
  const node = findPeer('node');
  const entry = findPeer(software === 'real' ? 'clawdbot' : 'openclaw');
  if (node === undefined || entry === undefined)
    throw new Error(`cannot start the published ${software}: node test/interop/install-peers.ts`);
  return [node, entry, ...args];
}

/**
 * A small, complete environment: nothing of the caller's leaks in. The skip variables are documented in the
 * published programs; TMPDIR is shared by all runs because they keep their compile cache there (23 s → 3 s).
 */
export function environmentOf(
  software: Software,
  home: string,
  more: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const common = {
    HOME: home,
    PATH: '/usr/local/bin:/usr/bin:/bin',
    LANG: 'C.UTF-8',
    NO_COLOR: '1',
    ...more,
  };
  if (software === 'own') return common;
  const tmp = join(peerCache(), 'tmp');
  mkdirSync(tmp, { recursive: true });
  const switches = [
    'NO_RESPAWN',
    'HIDE_BANNER',
    'DISABLE_BONJOUR',
    'PATH_BOOTSTRAPPED',
    'SKIP_CHANNELS',
    'SKIP_CRON',
    'SKIP_BROWSER_CONTROL_SERVER',
    'SKIP_GMAIL_WATCHER',
  ];
  const { prefix } = NAMES[software];
  // the recordings of Clawdbot were made with its canvas host
  if (software === 'openclaw') switches.push('SKIP_CANVAS_HOST');
  return {
    TMPDIR: tmp,
    ...Object.fromEntries(switches.map((name) => [`${prefix}_${name}`, '1'])),
    ...common,
  };
}
