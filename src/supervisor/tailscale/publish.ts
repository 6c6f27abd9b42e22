import { accountName } from '../../state/index.ts';
import { runHelper } from '../run-helper.ts';
import { isDenied, saysDenied } from './denial.ts';
import { addRoute, removeRoute, type ServeConfig } from './edit-serve-config.ts';
import { askTailscaled } from './local-api.ts';
import { parseServeConfig, type ServeEntry } from './parse-answers.ts';
import { firstLine, readTailnet, type TailnetReading, type TailscaleAccess } from './read-tailnet.ts';
import {
  judgeRoute,
  leadsToGateway,
  type Route,
  type RouteVerdict,
  removeCommand,
  serveCommand,
} from './route.ts';
import type { RouteRecord } from './route-record.ts';

/** What came of a change to what tailscaled publishes. */
export type ChangeOutcome =
  | {
      kind: 'done';
      isChanged: boolean;
      route: Route;
      before: readonly ServeEntry[];
      after: readonly ServeEntry[];
    }
  /** Somebody else's entry stands there; nothing was changed. */
  | { kind: 'occupied'; route: Route; verdict: Extract<RouteVerdict, { kind: 'foreign' | 'taken' }> }
  /** Funnel opens a whole port, and other paths of it belong to somebody else; nothing was changed. */
  | { kind: 'shared'; route: Route; others: readonly ServeEntry[] }
  /** This account may not: neither root nor the operator. */
  | { kind: 'denied'; route: Route; said: string }
  /** HTTPS certificates are off for the tailnet. */
  | { kind: 'not-enabled'; said: string; link: string | undefined }
  /** The client is not connected: `state`, or why it could not be asked. */
  | { kind: 'not-running'; state: string; reason: string; isPassing: boolean }
  | { kind: 'failed'; said: string };

export type Wish = { port: number; gatewayPort: number; isFunnel: boolean };

type Change = 'add' | 'remove';
type Answered = Extract<TailnetReading, { kind: 'answered' }>;

/** 5 s: tailscaled writes its state to disk and applies it. */
const WRITE_DEADLINE_MS = 5_000;
/** Losing the race for the config as often in a row means somebody rewrites it in a loop. */
const ATTEMPTS = 4;

/**
 * Publishes the gateway under one port, or takes exactly that one entry (`name:port`, path `/`) away. Reads, edits and
 * writes back under the ETag it read, so that nobody's change in between is lost; a release without ETag is written to
 * without one. Nothing is done when the wish holds already, or when the entry is not ours to change.
 */
export async function changeRoute(
  wish: Wish,
  options: {
    change: Change;
    isDryRun?: boolean;
    access?: TailscaleAccess;
    /** The route made before; an entry that is exactly this one may be replaced. */
    record?: RouteRecord | undefined;
    /** A person asks: an entry of ours that is open to everybody is closed, as `tailscale serve` closes it. */
    closesFunnel?: boolean;
  },
): Promise<ChangeOutcome> {
  const { access = {}, change } = options;
  const reading = await readTailnet(access);
  const trouble = whyNotReady(reading);
  if (trouble !== undefined) return trouble;
  const client = reading as Answered; // whyNotReady gave undefined only for this kind
  const route: Route = { ...wish, name: client.dnsName };
  if (change === 'add' && client.certificateNames.length === 0 && client.via === 'socket') {
    return notEnabled(access);
  }
  return client.via === 'socket'
    ? changeOverSocket(route, client, { ...options, access })
    : changeWithProgram(route, client, { ...options, access });
}

type Means = {
  change: Change;
  isDryRun?: boolean;
  access: TailscaleAccess;
  record?: RouteRecord | undefined;
  closesFunnel?: boolean;
};

async function changeOverSocket(route: Route, client: Answered, means: Means): Promise<ChangeOutcome> {
  const { change, isDryRun, access, record } = means;
  const ask = (post?: { body: string; ifMatch: string | undefined }) =>
    askTailscaled({
      socket: access.socket,
      path: 'serve-config',
      deadlineMs: WRITE_DEADLINE_MS,
      ...(post === undefined ? {} : { post }),
    });
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const read = await ask();
    if (read.kind !== 'answered') return unreachable(read);
    if (read.status !== 200) return refusedWith(route, read);
    const config = readConfig(read.body);
    if (config === undefined)
      return { kind: 'failed', said: `no serve config: ${firstLine(read.body).slice(0, 100)}` };
    const before = parseServeConfig(read.body);
    const decision = decide(before, route, means);
    if (decision !== 'write') return decision;
    // Asked before it is tried: each refusal is a line in the log of tailscaled.
    if (!mayWrite(client)) return { kind: 'denied', route, said: 'serve config denied' };
    // Our own route under a former name or port goes in the same step (F-58).
    const stale = before.find((entry) => isRecorded(entry, record));
    const base = stale === undefined || record === undefined ? config : removeRoute(config, record);
    const edited = change === 'add' ? addRoute(base, route) : removeRoute(config, route);
    const body = JSON.stringify(edited);
    const done = { kind: 'done', isChanged: true, route, before, after: parseServeConfig(body) } as const;
    if (isDryRun === true) return done;
    const written = await ask({ body, ifMatch: read.etag });
    if (written.kind !== 'answered') return unreachable(written);
    if (written.status === 200) return done;
    // 412: somebody changed it since it was read. Look again.
    if (written.status !== 412) return refusedWith(route, written);
  }
  return {
    kind: 'failed',
    said: `somebody else changes what is published at the same time (${ATTEMPTS} attempts)`,
  };
}

async function changeWithProgram(route: Route, client: Answered, means: Means): Promise<ChangeOutcome> {
  const { change, isDryRun, access } = means;
  if (client.serveProblem !== undefined) return refused(route, client.serveProblem);
  const decision = decide(client.entries, route, means);
  if (decision !== 'write') return decision;
  const wanted: ServeEntry = {
    host: `${route.name}:${route.port}`,
    port: route.port,
    path: '/',
    scheme: 'https',
    target: `http://127.0.0.1:${route.gatewayPort}`,
    isFunnel: route.isFunnel,
    isForeground: false,
  };
  const rest = client.entries.filter(({ host, path }) => host !== wanted.host || path !== '/');
  const after = change === 'add' ? [...rest, wanted] : rest;
  const done = { kind: 'done', isChanged: true, route, before: client.entries, after } as const;
  if (isDryRun === true) return done;
  const [program = '', ...args] = change === 'add' ? serveCommand(route) : removeCommand(wanted);
  const end = await runHelper({
    program,
    args,
    deadlineMs: WRITE_DEADLINE_MS,
    directories: access.helperDirectories,
  });
  if (end.kind === 'missing')
    return { kind: 'not-running', state: 'missing', reason: 'tailscale is gone', isPassing: false };
  const said =
    `${end.stdout}\n${end.stderr}`.trim() || `exit status ${end.kind === 'ended' ? end.status : ''}`;
  const link = /https:\/\/login\.tailscale\.com\/\S+/.exec(said)?.[0];
  // With the feature off it prints a link and waits for ever (F-55).
  if (end.kind === 'late' || link !== undefined) return { kind: 'not-enabled', said: firstLine(said), link };
  return end.status === 0 ? done : refused(route, { said, isDenied: saysDenied(said) });
}

/** Root and the operator may; a release that does not say who that is gets asked. */
function mayWrite({ operator }: Answered): boolean {
  const uid = process.geteuid?.() ?? 0;
  return uid === 0 || operator === undefined || operator === accountName(uid);
}

/** `write`, or what to say when nothing has to, or may, be written. */
function decide(
  before: readonly ServeEntry[],
  route: Route,
  { change, record, closesFunnel = false }: Means,
): ChangeOutcome | 'write' {
  const verdict = judgeRoute(before, route);
  const unchanged = { kind: 'done', isChanged: false, route, before, after: before } as const;
  if (change === 'remove') {
    if (verdict.kind === 'absent') return unchanged;
    if (verdict.kind !== 'published') return { kind: 'occupied', route, verdict };
    // It ends with the command in a terminal it belongs to, and only with it (F-57).
    return verdict.entry.isForeground
      ? { kind: 'occupied', route, verdict: { kind: 'foreign', entry: verdict.entry } }
      : 'write';
  }
  if (verdict.kind === 'foreign' && isRecorded(verdict.entry, record)) return 'write';
  if (verdict.kind === 'foreign' || verdict.kind === 'taken') return { kind: 'occupied', route, verdict };
  const others = pathsBeside(before, route);
  if (verdict.kind === 'absent') {
    // On a port that is open to everybody a new path would be, too.
    return others.some(({ isFunnel }) => isFunnel !== route.isFunnel)
      ? { kind: 'shared', route, others }
      : 'write';
  }
  const { isFunnel, isForeground } = verdict.entry;
  if (isFunnel === route.isFunnel) return unchanged;
  // What is said is what is there: an entry that somebody opened to everybody is not `tailnet only`.
  if (isFunnel && !closesFunnel) return { ...unchanged, route: { ...route, isFunnel } };
  if (isForeground) return { kind: 'occupied', route, verdict: { kind: 'foreign', entry: verdict.entry } };
  return others.length > 0 ? { kind: 'shared', route, others } : 'write';
}

/** What else is served under the same `name:port`. */
function pathsBeside(entries: readonly ServeEntry[], { name, port }: Route): ServeEntry[] {
  return entries.filter(({ host, path }) => host === `${name}:${port}` && path !== '/');
}

/** Exactly the entry this state directory made before. */
function isRecorded(entry: ServeEntry, record: RouteRecord | undefined): boolean {
  return (
    record !== undefined &&
    !entry.isForeground &&
    entry.path === '/' &&
    entry.host === `${record.name}:${record.port}` &&
    leadsToGateway(entry, record.gatewayPort)
  );
}

function whyNotReady(reading: TailnetReading): ChangeOutcome | undefined {
  const no = (state: string, reason: string, isPassing: boolean): ChangeOutcome => ({
    kind: 'not-running',
    state,
    reason,
    isPassing,
  });
  switch (reading.kind) {
    case 'missing':
      return no('missing', reading.reason, false);
    case 'refused':
      return no('refused', reading.said, true);
    case 'silent':
      return no(
        'silent',
        `tailscaled does not answer within ${reading.afterMs} ms${reading.said && `: ${reading.said}`}`,
        true,
      );
    case 'answered':
      if (reading.state === 'Running' && reading.dnsName !== '') return undefined;
      // NoState and Starting pass by themselves, the others need a person (F-53).
      return no(
        reading.state,
        STATE_TEXTS[reading.state] ?? `the tailnet client is in the state ${reading.state}`,
        /^(NoState|Starting|Running)$/.test(reading.state),
      );
  }
}

const STATE_TEXTS: Readonly<Record<string, string>> = {
  NoState: 'tailscaled is starting',
  Starting: 'the tailnet client is connecting',
  Running: 'the tailnet client does not know its name yet',
  NeedsLogin: 'this machine is logged out of the tailnet',
  NeedsMachineAuth: 'this machine waits for approval by an administrator of the tailnet',
  Stopped: 'the tailnet client is switched off',
};

/** tailscaled writes an object or null; undefined for anything else. */
function readConfig(answer: string): ServeConfig | undefined {
  try {
    const config: unknown = JSON.parse(answer) ?? {};
    return typeof config === 'object' ? (config as ServeConfig) : undefined; // everything in it is optional
  } catch {
    return undefined;
  }
}

function unreachable(
  answer: { kind: 'absent'; reason: string } | { kind: 'late'; afterMs: number },
): ChangeOutcome {
  const reason =
    answer.kind === 'late' ? `tailscaled does not answer within ${answer.afterMs} ms` : answer.reason;
  return { kind: 'not-running', state: answer.kind, reason, isPassing: true };
}

/** 403 `serve config denied` over the socket, `Access denied: serve config denied` from the program. */
function refusedWith(route: Route, { status, body }: { status: number; body: string }): ChangeOutcome {
  return refused(route, { said: firstLine(body) || `status ${status}`, isDenied: isDenied(status) });
}

function refused(route: Route, refusal: NonNullable<Answered['serveProblem']>): ChangeOutcome {
  // `tailscale serve` says what it was doing first.
  const said = firstLine(refusal.said.replace(/^sending serve config: /, ''));
  return refusal.isDenied ? { kind: 'denied', route, said } : { kind: 'failed', said };
}

async function notEnabled(access: TailscaleAccess): Promise<ChangeOutcome> {
  // The same question the program asks before it prints the link; not every control server knows it.
  const answer = await askTailscaled({
    socket: access.socket,
    path: 'query-feature?feature=serve',
    post: { body: '' },
    deadlineMs: 1_500,
  });
  const link = answer.kind === 'answered' ? /https:\/\/[^\s"\\]+/.exec(answer.body)?.[0] : undefined;
  return { kind: 'not-enabled', said: 'HTTPS certificates are switched off for this tailnet', link };
}
