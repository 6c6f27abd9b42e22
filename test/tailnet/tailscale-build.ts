import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { peerCache } from '../interop/peer-versions.ts';

/** Programs of the real tailnet, built from the sources that control-server/go.mod pins (checksums in go.sum). */
export type TailscaleBuild = { folder: string; tailscale: string; tailscaled: string; controlServer: string };

const SOURCE = join(import.meta.dirname, 'control-server');

/** What `tailscale version` says; the sources are those of go.mod. */
const VERSION = /tailscale\.com v(\S+)/.exec(readFileSync(join(SOURCE, 'go.mod'), 'utf8'))?.[1] ?? 'unknown';

/**
 * Parts of tailscaled that have nothing to do with a tailnet, Serve or certificates and would double the time to build
 * (SSH server, AWS, Kubernetes, file sharing, …). The tags are Tailscale's own (feature/buildfeatures).
 */
const LEFT_OUT =
  'aws kube bird tap ssh drive capture systray webclient relayserver taildrop synology tpm clientupdate appconnectors ' +
  'qrcodes completion oauthkey identityfederation outboundproxy captiveportal posture wakeonlan netlog portmapper ' +
  'networkmanager resolved desktop_sessions flashappliance conn25';

/** The build in the cache outside the clone, or why there is none. Builds nothing. */
export function findTailscale(): TailscaleBuild | { missing: string } {
  const build = placeOf();
  return [build.tailscale, build.tailscaled, build.controlServer].every((path) => existsSync(path))
    ? build
    : { missing: `not built in ${build.folder} (node test/tailnet/build-tailscale.ts, needs Go 1.26)` };
}

/** Builds what is missing; 2 to 8 minutes on two cores the first time. @throws when Go is missing or the build fails */
export function buildTailscale(): TailscaleBuild {
  const found = findTailscale();
  if (!('missing' in found)) return found;
  const go = spawnSync('go', ['version'], { encoding: 'utf8' });
  if (go.status !== 0) throw new Error('cannot build tailscaled: there is no Go on PATH');
  const build = placeOf();
  const scratch = `${build.folder}.${process.pid}`;
  mkdirSync(scratch, { recursive: true });
  const tags = LEFT_OUT.split(' ').map((name) => `ts_omit_${name}`);
  const { status } = spawnSync(
    'go',
    [
      ...[
        'build',
        '-trimpath',
        '-buildvcs=false',
        `-ldflags=-s -w -X tailscale.com/version.longStamp=${VERSION} -X tailscale.com/version.shortStamp=${VERSION}`,
        '-tags',
        tags.join(','),
        '-o',
        `${scratch}/`,
      ],
      ...['.', 'tailscale.com/cmd/tailscale', 'tailscale.com/cmd/tailscaled'],
    ],
    { cwd: SOURCE, stdio: 'inherit' },
  );
  if (status !== 0) {
    rmSync(scratch, { recursive: true, force: true });
    throw new Error(`cannot build tailscaled: go build ended with ${status}`);
  }
  rmSync(build.folder, { recursive: true, force: true });
  renameSync(scratch, build.folder);
  return build;
}

/** The name holds a digest of everything that goes in, so that a stale build is never used. */
function placeOf(): TailscaleBuild {
  const hash = createHash('sha256').update(LEFT_OUT).update(VERSION);
  for (const name of ['main.go', 'go.mod', 'go.sum']) hash.update(readFileSync(join(SOURCE, name)));
  const folder = join(peerCache(), `tailscale-${hash.digest('hex').slice(0, 12)}`);
  const at = (name: string) => join(folder, name);
  return {
    folder,
    tailscale: at('tailscale'),
    tailscaled: at('tailscaled'),
    controlServer: at('control-server'),
  };
}
