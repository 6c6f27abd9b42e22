import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Setup } from '../setup.ts';

/**
 * A `/proc` and `/sys` of the setup, for what this machine's kernel cannot be brought to say: it may have no memory
 * controller of cgroup v2, and it is no WSL. Outside what the snapshots look at.
 */
export function kernelFiles({ home }: Setup, files: Readonly<Record<string, string>>): string {
  const root = join(home, '.cache', 'kernel');
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), `${text}\n`);
  }
  return root;
}

/** The group of a gateway service whose limit leaves room, and the process that is in it. */
export function memoryOf({ gateway }: Setup, changed: Readonly<Record<string, string>> = {}) {
  const directory = `/sys/fs/cgroup${GROUP}`;
  return {
    [`/proc/${gateway?.child.pid}/cgroup`]: `0::${GROUP}`,
    '/proc/version': readFileSync('/proc/version', 'latin1').trim(),
    '/proc/meminfo': 'MemTotal: 4000000 kB\nMemAvailable: 2000000 kB',
    '/proc/pressure/memory':
      'some avg10=0.10 avg60=0.10 avg300=0.00 total=1\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=1',
    [`${directory}/memory.max`]: '300000000',
    [`${directory}/memory.current`]: '290000000',
    // Most of it is cache: a group that looks full and is not.
    [`${directory}/memory.stat`]: 'anon 90000000\ninactive_file 200000000',
    [`${directory}/memory.events`]: 'low 0\nhigh 0\nmax 3\noom 0\noom_kill 0',
    ...Object.fromEntries(Object.entries(changed).map(([name, text]) => [join(directory, name), text])),
  };
}

const GROUP = '/user.slice/user-1000.slice/user@1000.service/app.slice/clawdbot-gateway.service';
