// `npm run test:debian -- [SUITE…]`: the suites that boot hosts (default: systemd) on the next Debian, whose systemd is 257
// where this machine's is 252. Its files come from Debian's archive into a cache outside the clone (needs root; 2 minutes
// the first time).
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { ensureInstalled, run, runtime } from './ensure-installed.js';

const RELEASE = 'trixie';
const ROOT = `${process.env.CLAWDBOT_DEBIAN_CACHE || '/var/cache/clawdbot-debian'}/${RELEASE}`;
const PACKAGES = [
  ...['systemd', 'systemd-sysv', 'dbus', 'dbus-user-session', 'libpam-systemd'],
  ...['util-linux', 'procps', 'iproute2', 'curl', 'ca-certificates', 'sudo', 'python3', 'polkitd'],
];

ensureInstalled();
if (!existsSync(ROOT)) bootstrap();
process.env.CLAWDBOT_TEST_ROOT = ROOT;
process.env.CLAWDBOT_SUITE_NOTE = `systemd        of Debian ${RELEASE}: ${versionOf(ROOT)}`;
const named = process.argv.slice(2);
process.exit(run(runtime(), ['scripts/run-suites.js', ...(named.length === 0 ? ['systemd'] : named)]));

function bootstrap() {
  if (spawnSync('debootstrap', ['--version'], { stdio: 'ignore' }).status !== 0) {
    if (run('apt-get', ['install', '--yes', '--quiet', 'debootstrap']) !== 0)
      fail('cannot install debootstrap, which needs root: apt-get install debootstrap');
  }
  const aside = `${ROOT}.new`;
  rmSync(aside, { recursive: true, force: true });
  mkdirSync(dirname(ROOT), { recursive: true, mode: 0o755 });
  const args = ['--variant=minbase', `--include=${PACKAGES.join(',')}`, RELEASE, aside];
  if (run('debootstrap', args) !== 0) fail(`cannot get the files of Debian ${RELEASE}: see above`);
  renameSync(aside, ROOT);
}

function versionOf(root) {
  const { stdout } = spawnSync('chroot', [root, 'systemctl', '--version'], { encoding: 'utf8' });
  return String(stdout).split('\n')[0];
}

function fail(text) {
  console.error(text);
  process.exit(1);
}
