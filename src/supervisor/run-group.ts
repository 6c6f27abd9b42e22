import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { lookUpProcess, pidNamespace, selfIdentity } from './process-facts.ts';

const PREFIX = 'clawdbot-run-';

/**
 * A cgroup of its own for one run: whoever the program starts is in it, whatever it does to session, environment and
 * parent, and the kernel kills all of it at once (cgroups(7), cgroup.kill since Linux 5.14).
 *
 * Only where the supervisor's own cgroup is ours to divide: writable for this account (delegated), or, for root, on a
 * machine or in a container that systemd does not manage (its tree has one writer, "CGROUP DELEGATION" in systemd's
 * documentation). Everywhere else the processes of a run are known by session, mark and parent.
 * @returns its directory, undefined where there can be none
 */
export function makeRunGroup(runId: string): string | undefined {
  if (process.getuid?.() === 0 && existsSync('/run/systemd/system')) return undefined;
  const own = ownGroup();
  if (own === undefined) return undefined;
  const directory = join(own, `${PREFIX}${maker()}_${runId}`);
  try {
    mkdirSync(directory);
  } catch {
    return undefined; // not writable: the usual case
  }
  if (existsSync(join(directory, 'cgroup.kill'))) return directory;
  removeRunGroup(directory);
  return undefined;
}

/** True for the directory that {@link makeRunGroup} made for this run, also when another process made it. */
export function isRunGroup(directory: string, runId: string): boolean {
  const name = basename(directory);
  return name.startsWith(PREFIX) && name.endsWith(`_${runId}`) && existsSync(join(directory, 'cgroup.kill'));
}

/** Every process of a group and the groups below it. */
export function groupMembers(directory: string): number[] {
  try {
    const own = readFileSync(join(directory, 'cgroup.procs'), 'latin1')
      .split('\n')
      .filter(Boolean)
      .map(Number);
    const below = readdirSync(directory, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    return [...own, ...below.flatMap(({ name }) => groupMembers(join(directory, name)))];
  } catch {
    return []; // removed meanwhile
  }
}

/** Kills everything in a group at once. */
export function killRunGroup(directory: string): void {
  try {
    writeFileSync(join(directory, 'cgroup.kill'), '1');
  } catch {
    // Removed meanwhile: nobody is in it.
  }
}

/** Removes an empty group with the groups below it. False when somebody is still in it, be it on the way out. */
export function removeRunGroup(directory: string): boolean {
  try {
    for (const entry of readdirSync(directory, { withFileTypes: true })) {
      if (entry.isDirectory()) removeRunGroup(join(directory, entry.name));
    }
    rmdirSync(directory);
    return true;
  } catch {
    return !existsSync(directory);
  }
}

/**
 * Removes the empty groups of supervisors that were killed and had no successor. Nobody in them can be hit: there is nobody.
 * Those of a supervisor that lives are left: an empty one may be about to be entered.
 */
export function sweepRunGroups(): void {
  const own = ownGroup();
  if (own === undefined) return;
  try {
    for (const name of readdirSync(own))
      if (name.startsWith(PREFIX) && isMakerGone(name)) removeRunGroup(join(own, name));
  } catch {
    // Not ours to look at: then none of them is ours either.
  }
}

/** Who this process is, for as long as the machine is up: pid namespace, pid and start of a supervisor. */
function maker(): string {
  const { pid, startTicks } = selfIdentity();
  return `${pidNamespace() ?? 0}.${pid}.${startTicks}`;
}

/** Whether the maker of a group is known to have ended. One of another pid namespace cannot be seen from here. */
function isMakerGone(name: string): boolean {
  const [namespace, pid, startTicks] = name.slice(PREFIX.length).split('_')[0]?.split('.').map(Number) ?? [];
  if (pid === undefined || namespace !== pidNamespace()) return false;
  const found = lookUpProcess(pid);
  return found.kind === 'absent' || (found.kind === 'alive' && found.facts.startTicks !== startTicks);
}

/** Directory of the cgroup this process is in, in the unified hierarchy (v2, alone or beside v1). */
function ownGroup(): string | undefined {
  try {
    const path = /^0::(.*)$/m.exec(readFileSync('/proc/self/cgroup', 'utf8'))?.[1];
    if (path === undefined || path.includes('..')) return undefined;
    for (const line of readFileSync('/proc/self/mountinfo', 'utf8').split('\n')) {
      // Root and mount point are fields 4 and 5, the type follows the dash (proc_pid_mountinfo(5)).
      const [, root = '/', mount = ''] = /^\d+ \d+ \S+ (\S+) (\S+) .* - cgroup2 /.exec(line) ?? [];
      if (mount === '') continue;
      if (root === '/') return join(mount, path);
      if (path === root || path.startsWith(`${root}/`)) return join(mount, path.slice(root.length));
    }
  } catch {
    // No /proc/self/cgroup: a kernel without cgroups.
  }
  return undefined;
}
