import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { findPeer, peerCache } from '../peer-versions.ts';

/** Which program plays a part: the published Clawdbot 2026.1.24-3, or this repository. */
export type Software = 'real' | 'own';

const repository = resolve(import.meta.dirname, '../../..');

/** The command line that starts a program with the given arguments. @throws when the peer is not installed */
export function commandOf(software: Software, args: readonly string[]): readonly [string, ...string[]] {
  if (software === 'own') return [process.execPath, join(repository, 'src', 'cli', 'main.ts'), ...args];
  const node = findPeer('node');
  const entry = findPeer('clawdbot');
  if (node === undefined || entry === undefined)
    throw new Error('cannot start the real clawdbot: node test/interop/install-peers.ts');
  return [node, entry, ...args];
}

/**
 * A small, complete environment: nothing of the caller's leaks in. The skip variables are documented in the
 * published program; TMPDIR is shared by all runs because the program keeps its compile cache there (23 s → 3 s).
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
  return {
    TMPDIR: tmp,
    CLAWDBOT_NO_RESPAWN: '1',
    CLAWDBOT_HIDE_BANNER: '1',
    CLAWDBOT_DISABLE_BONJOUR: '1',
    CLAWDBOT_PATH_BOOTSTRAPPED: '1',
    CLAWDBOT_SKIP_CHANNELS: '1',
    CLAWDBOT_SKIP_CRON: '1',
    CLAWDBOT_SKIP_BROWSER_CONTROL_SERVER: '1',
    CLAWDBOT_SKIP_GMAIL_WATCHER: '1',
    ...common,
  };
}
