/**
 * Installs the pinned peers into the cache outside the clone. Does nothing for those that are complete.
 * Install scripts never run: the peers are only started as plain Node programs.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findPeer, MARKER, PEERS, type Peer, type PeerName, peerCache } from './peer-versions.ts';

const asked = process.argv.slice(2);
for (const name of Object.keys(PEERS) as PeerName[]) {
  // Object.keys of our own constant
  if (asked.length > 0 && !asked.includes(name)) continue;
  if (findPeer(name) !== undefined) console.log(`${name}: present (${PEERS[name].folder})`);
  else install(name, PEERS[name]);
}

function install(name: PeerName, peer: Peer): void {
  const folder = join(peerCache(), peer.folder);
  console.log(`${name}: installing into ${folder}`);
  mkdirSync(folder, { recursive: true });
  const manifest = {
    name: `${name}-peer`,
    private: true,
    dependencies: peer.dependencies,
    overrides: peer.overrides,
  };
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  execFileSync('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: folder,
    stdio: 'inherit',
  });
  if (!existsSync(join(folder, peer.proof)))
    throw new Error(`cannot install ${name}: npm succeeded but ${peer.proof} is missing`);
  writeFileSync(join(folder, MARKER), `${JSON.stringify({ dependencies: peer.dependencies })}\n`);
}
