import { existsSync, readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename } from 'node:path';
import { environmentOf } from './process-environment.ts';
import { lookUpProcess } from './process-facts.ts';

/** Who started a process, as far as /proc tells. */
export type Starter =
  | { kind: 'unit'; unit: string; scope: 'system' | 'user'; invocationId?: string | undefined }
  | { kind: 'supervisor'; pid: number }
  | { kind: 'container'; id: string }
  | { kind: 'cron'; pid: number }
  | { kind: 'shell'; terminal?: string | undefined; program: string; pid: number }
  | { kind: 'other'; program: string; pid: number };

/** Environment variable by which our supervisor marks its children. Its value is the supervisor's pid. */
export const SUPERVISOR_VARIABLE = 'CLAWDBOT_SUPERVISOR_PID';

const SHELLS = new Set(['sh', 'bash', 'dash', 'zsh', 'fish', 'ksh', 'ash', 'tmux: server', 'screen', 'sshd']);
/** 32: deeper than any process tree seen; the walk must end even when pids are reused under it. */
const MAX_PARENTS = 32;

/**
 * Finds the starter of a process: its supervisor's mark, its cgroup (unit, container), else the nearest shell or cron
 * among its parents (field failure F-32). Reads /proc only.
 */
export function findStarter(pid: number): Starter {
  const environment = environmentOf(pid);
  const supervisor = Number(environment.get(SUPERVISOR_VARIABLE));
  const parents = parentsOf(pid);
  if (Number.isInteger(supervisor) && supervisor > 0 && parents.some((parent) => parent.pid === supervisor)) {
    return { kind: 'supervisor', pid: supervisor };
  }
  const group = parseCgroup(readProcText(pid, 'cgroup'));
  if (group?.kind === 'unit') return { ...group, invocationId: environment.get('INVOCATION_ID') };
  if (group !== undefined) return group;
  const terminal = terminalOf(pid);
  const isMain = pid === 1 || parents[0]?.pid === 1;
  const container = isMain && terminal === undefined ? containerOfThisMachine() : undefined;
  if (container !== undefined) return container;
  for (const parent of parents) {
    if (/^(cron|crond|anacron|atd)$/i.test(parent.name)) return { kind: 'cron', pid: parent.pid };
    if (SHELLS.has(parent.name)) {
      return { kind: 'shell', program: parent.name, pid: parent.pid, terminal };
    }
  }
  const parent = parents[0];
  return { kind: 'other', program: parent?.name ?? 'unknown', pid: parent?.pid ?? 0 };
}

/**
 * Reads /proc/PID/cgroup (v1, hybrid or v2). Services and timers name themselves; a scope is a login or a terminal,
 * not a starter, except for the scopes of container engines.
 */
export function parseCgroup(text: string): Extract<Starter, { kind: 'unit' | 'container' }> | undefined {
  for (const line of text.split('\n')) {
    const path = line.split(':').slice(2).join(':');
    const parts = path.split('/').filter((part) => part !== '');
    const container =
      /(?:docker|libpod|crio|cri-containerd|lxc\.payload|machine)[-./](.+?)(?:\.scope)?$/.exec(
        parts.slice(-2).join('/'),
      );
    if (container?.[1] !== undefined && !path.endsWith('.service'))
      return { kind: 'container', id: container[1] };
    const unit = parts.findLast((part) => part.endsWith('.service') && !/^user@\d+\.service$/.test(part));
    if (unit !== undefined) {
      const scope = parts.some((part) => /^user@\d+\.service$/.test(part)) ? 'user' : 'system';
      return { kind: 'unit', unit: unit.replaceAll('\\x2d', '-'), scope };
    }
  }
  return undefined;
}

/** One phrase for people: `systemd user unit x.service`, `a shell on pts/3`. */
export function describeStarter(starter: Starter): string {
  switch (starter.kind) {
    case 'unit':
      return `systemd ${starter.scope} unit ${starter.unit}`;
    case 'supervisor':
      return `clawdbot supervisor (pid ${starter.pid})`;
    case 'container':
      return `container ${starter.id.slice(0, 12)}`;
    case 'cron':
      return `cron (pid ${starter.pid})`;
    case 'shell':
      return starter.terminal === undefined
        ? `${starter.program} (pid ${starter.pid})`
        : `hand from ${starter.terminal} (${starter.program}, pid ${starter.pid})`;
    case 'other':
      return `${starter.program} (pid ${starter.pid})`;
  }
}

/**
 * With a cgroup namespace of its own a container sees only `/`. Then its marks tell (podman and docker leave a file,
 * systemd-nspawn and lxc set `container` for pid 1). Asked only for pid 1 and its direct children (below an init): a shell
 * inside a container, and what is typed there, was started by hand.
 */
function containerOfThisMachine(): Extract<Starter, { kind: 'container' }> | undefined {
  const marked =
    existsSync('/run/.containerenv') || existsSync('/.dockerenv') || environmentOf(1).has('container');
  return marked ? { kind: 'container', id: hostname() } : undefined;
}

function parentsOf(pid: number): { pid: number; name: string }[] {
  const parents: { pid: number; name: string }[] = [];
  let current = pid;
  while (parents.length < MAX_PARENTS) {
    const found = lookUpProcess(current);
    if (found.kind !== 'alive' || found.facts.parentPid === 0) break;
    current = found.facts.parentPid;
    const parent = lookUpProcess(current);
    parents.push({ pid: current, name: parent.kind === 'alive' ? programName(parent.facts) : 'unknown' });
  }
  return parents;
}

/**
 * What a process calls itself. Node 22 and later name their main thread `MainThread`, which tells nobody anything; then
 * interpreter and script do (`node up.js`). Options are left out: what follows one may be anything, a secret too.
 */
export function programName({ pid, name }: { pid: number; name: string }): string {
  if (name !== 'MainThread') return name;
  const [program = '', script = ''] = readProcText(pid, 'cmdline').split('\0');
  const known = basename(program) || name;
  return script === '' || script.startsWith('-') ? known : `${known} ${basename(script)}`;
}

function terminalOf(pid: number): string | undefined {
  try {
    const target = readlinkSync(`/proc/${pid}/fd/0`);
    return target.startsWith('/dev/pts/') || target.startsWith('/dev/tty') ? target.slice(5) : undefined;
  } catch {
    return undefined;
  }
}

function readProcText(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1');
  } catch {
    return '';
  }
}
