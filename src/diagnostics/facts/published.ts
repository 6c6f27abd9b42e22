import { lstatSync, readdirSync, readFileSync, type Stats } from 'node:fs';
import { basename, join } from 'node:path';
import { lookUpProcess, runHelper } from '../../supervisor/index.ts';
import { connectedPorts } from './connected-ports.ts';
import type { Context } from './context.ts';
import type { UnitsFact, UnitView } from './units.ts';

/** What published programs (Clawdbot, Moltbot, OpenClaw) have on this account beside our own files. */
export type PublishedFact = {
  homes: readonly PublishedHome[];
  nodes: readonly PublishedNode[];
};

export type PublishedHome = {
  product: string;
  path: string;
  /** Files with secrets, and directories, that others may read or enter. */
  open: readonly { path: string; mode: number; isDirectory: boolean }[];
};

/** A node host that its manager keeps running. It says nothing about itself, so journal and connections have to. */
export type PublishedNode = {
  unit: string;
  path: string;
  scope: 'user' | 'system';
  product: string;
  /** 0 between two attempts. */
  pid: number;
  restarts: number;
  /** The same, but of the last ten minutes where the journal says so. */
  lately: number;
  /** Where its command tells it to connect to. */
  host: string;
  port: number;
  ageMs: number;
  /** Whether one of its processes has a connection to that port; undefined when its descriptors may not be read. */
  isConnected: boolean | undefined;
  /** The last thing the journal has about its connection; undefined when it is connected or the journal has nothing. */
  said: string | undefined;
  /** What it said is that nobody has approved it. */
  isUnpaired: boolean;
};

/** 300 names are more than any of them keeps beside its sessions. */
const MOST_FILES = 300;

/** Looks at modes and at the kernel's tables; opens none of the files. */
export async function collectPublished(context: Context, { units }: UnitsFact): Promise<PublishedFact> {
  const { paths, uid } = context;
  const usual = (['openclaw', 'moltbot', 'clawdbot'] as const).map((product) => ({
    product,
    path: join(paths.home, `.${product}`),
  }));
  const named = units.flatMap(({ product, stateDir, isOurs }) =>
    isOurs || stateDir === undefined ? [] : [{ product, path: stateDir }],
  );
  const homes = [...usual, ...named].filter(
    // Our own directory is the subject of checks of its own.
    ({ path }, index, all) =>
      path !== paths.stateDir && all.findIndex((other) => other.path === path) === index,
  );
  return {
    homes: homes.flatMap(({ product, path }) => lookAtHome(product, path, uid)),
    nodes: (await Promise.all(units.map((unit) => lookAtNode(unit, context)))).flat(),
  };
}

function lookAtHome(product: string, path: string, uid: number): PublishedHome[] {
  const directory = lookAt(path);
  if (directory === undefined || !directory.isDirectory() || directory.uid !== uid) return [];
  const below = ['', 'devices', 'nodes', 'identity', 'credentials', 'state'].flatMap((name) =>
    namesIn(join(path, name)).map((file) => join(path, name, file)),
  );
  const open = [path, ...below.slice(0, MOST_FILES)].flatMap((file) => {
    const facts = lookAt(file);
    if (facts === undefined || facts.uid !== uid || (facts.mode & 0o077) === 0) return [];
    const isDirectory = facts.isDirectory();
    // Behind a private directory nobody gets at a file, whatever its mode.
    const isWorthIt = file === path || (facts.isFile() && holdsSecrets(file));
    return isWorthIt ? [{ path: file, mode: facts.mode & 0o7777, isDirectory }] : [];
  });
  const isClosed = (directory.mode & 0o077) === 0;
  return [{ product, path, open: isClosed ? [] : open }];
}

/** Undefined for what is not there, or not for this account. */
function lookAt(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

function holdsSecrets(path: string): boolean {
  return /(clawdbot|moltbot|openclaw|paired|pending|device|device-auth|node|exec-approvals|creds|auth).*\.(json|sqlite|key)(\.bak.*|-wal)?$/.test(
    basename(path),
  );
}

async function lookAtNode(unit: UnitView, context: Context): Promise<PublishedNode[]> {
  const { loaded, command, path, scope, product, recent } = unit;
  if (unit.kind !== 'node' || unit.isOurs || loaded === undefined) return [];
  if (loaded.activeState !== 'active' && loaded.activeState !== 'activating') return [];
  const option = (name: string): string | undefined => {
    const at = command.indexOf(name);
    return at < 0 ? undefined : command[at + 1];
  };
  const port = Number(option('--port') ?? 18_789);
  const pid = loaded.mainPid;
  const isConnected = pid === 0 ? false : connectedPorts(loaded.controlGroup, pid)?.has(port);
  const found = lookUpProcess(pid);
  const said = isConnected === false ? await lastWords(unit, context) : undefined;
  return [
    {
      ...{ unit: unit.unit, path, scope, product, pid, port, isConnected },
      restarts: loaded.restarts,
      lately: recent?.restarts ?? loaded.restarts,
      host: option('--host') ?? '127.0.0.1',
      ageMs: pid > 0 && found.kind === 'alive' ? ageOf(found.facts.startTicks) : 0,
      said,
      isUnpaired: /pairing required/i.test(said ?? ''),
    },
  ];
}

/** 800 ms: the last lines of one unit are found at the end of the newest file. */
const JOURNAL_MS = 800;

/**
 * Messages of Clawdbot 2026.1.24 and OpenClaw 2026.9: `gateway connect failed: …`, `gateway closed (1008): pairing required`.
 * They go to the journal as text and nowhere else, so their words are all there is.
 */
async function lastWords(
  { unit, scope }: UnitView,
  { helperDirectories }: Context,
): Promise<string | undefined> {
  const end = await runHelper({
    program: 'journalctl',
    args: [
      scope === 'user' ? `--user-unit=${unit}` : `--unit=${unit}`,
      '-n',
      '40',
      '-o',
      'cat',
      '--no-pager',
      '-q',
    ],
    deadlineMs: JOURNAL_MS,
    directories: helperDirectories,
  });
  if (end.kind !== 'ended') return undefined;
  const lines = end.stdout
    .split('\n')
    .filter((line) => /connect failed|gateway closed|refused|unauthorized/i.test(line));
  // A reason says more than `closed (1006)`, which follows it.
  const line = lines.findLast((text) => /connect failed/i.test(text)) ?? lines.at(-1);
  return line?.replace(/^.*?(connect failed|gateway closed)/i, '$1').slice(0, 200);
}

/** USER_HZ is 100 on every architecture Node supports; start ticks count from boot. */
function ageOf(startTicks: number): number {
  const upSeconds = Number(readFileSync('/proc/uptime', 'latin1').split(' ')[0]);
  return Math.max(0, upSeconds * 1_000 - startTicks * 10);
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}
