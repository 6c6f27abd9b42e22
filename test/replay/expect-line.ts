import { PATIENCE_MS } from '../patience.ts';
import { compare, type Difference } from './compare.ts';
import { at, type JsonObject, textAt } from './json.ts';
import type { LiveConnection, Received } from './live-connection.ts';
import type { Player } from './player.ts';
import { checkPresence } from './presence-entry.ts';
import { NO_RESPONSE, type Run, report } from './replay-run.ts';
import type { Line } from './transcript.ts';

/**
 * Events on a timer, or caused by who else is connected: they may come, be missing, or come at another place. One that
 * is there where the recording has one must have its form. Those a recording is about are listed in `ESSENTIAL`.
 */
const BACKGROUND = new Set(['health', 'presence', 'tick', 'heartbeat']);

const ESSENTIAL: Readonly<Record<string, readonly string[]>> = {
  tick: ['tick'],
  'node-disconnect': ['presence'],
  'presence-system-event': ['presence'],
};

/** Waits for a recorded close of the gateway and compares code and reason. */
export async function expectClose(
  run: Run,
  line: Line & { kind: 'close' },
  connection: LiveConnection,
): Promise<void> {
  const received = await connection.take((item) => item.kind === 'close', deadlineFor(run, line, 'close'));
  if (received?.kind !== 'close') {
    report(run, line, { path: 'close', kind: 'missing', sample: line, live: connection.inbox.slice(0, 3) });
    return;
  }
  for (const key of ['code', 'reason'] as const)
    if (received[key] !== line[key])
      report(run, line, { path: `close:${key}`, kind: 'differs', sample: line[key], live: received[key] });
}

/** Waits for a recorded frame of the gateway and compares it, and its place among the others, with the recording. */
export async function expectFrame(
  run: Run,
  line: Exclude<Line, { kind: 'open' | 'close' }>,
  connection: LiveConnection,
): Promise<void> {
  const sample = line.kind === 'frame' ? line.frame : beginningOf(line);
  const event = textAt(sample, 'event');
  const what = event === undefined ? NO_RESPONSE : `event ${event}`;
  if (event !== undefined && run.neverSent.includes(event)) {
    report(run, line, { path: what, kind: 'missing', sample, live: undefined });
    return;
  }
  const mayBeMissing = isBackground(event) && !ESSENTIAL[run.transcript.name]?.includes(event ?? '');
  const deadlineMs = mayBeMissing ? 0 : deadlineFor(run, line, what);
  const received = await connection.take((item) => isCounterpart(run, item, sample), deadlineMs);
  if (received?.kind !== 'frame') {
    if (!mayBeMissing)
      report(run, line, { path: what, kind: 'missing', sample, live: connection.inbox.slice(0, 3) });
    return;
  }
  const overtook = connection.inbox.find(
    (item) => item.sequence < received.sequence && mustNotOvertake(item, event),
  );
  if (overtook !== undefined && !mayBeMissing)
    report(run, line, { path: `order of ${what}`, kind: 'differs', sample, live: overtook });
  if (event === 'connect.challenge') learnChallenge(run, line, sample, received.frame);
  const method = run.methods.get(`${line.conn} ${textAt(sample, 'id')}`) ?? 'unasked';
  const live = line.kind === 'raw' ? sameKeys(received.frame, sample) : received.frame;
  const prefix = event === undefined ? `${method}:` : `${what}:`;
  for (const difference of compareFrames(prefix, sample, live, run.player)) report(run, line, difference);
}

/** Reports what the gateway sent or closed beyond the recording, on connections the recording knows. */
export async function reportLeftovers(run: Run): Promise<void> {
  const { lines } = run.transcript;
  const known = new Set(lines.map((line) => line.conn));
  const closed = new Set(lines.flatMap((line) => (line.kind === 'close' ? [line.conn] : [])));
  const last = lines.at(-1);
  if (last === undefined) return;
  for (const [conn, connection] of run.connections) {
    if (!known.has(conn)) continue;
    await connection.flush();
    for (const item of connection.inbox) {
      const expected = item.kind === 'close' ? closed.has(conn) : isBackground(textAt(item.frame, 'event'));
      if (!expected)
        report(run, { ...last, conn }, { path: item.kind, kind: 'extra', sample: undefined, live: item });
    }
  }
}

/** What is left of a response that was too long to keep: its id and whether it succeeded. */
function beginningOf(line: Line): JsonObject {
  const kept = line.kind === 'raw' ? /"type":"res","id":"([^"]+)","ok":(true|false)/.exec(line.text) : null;
  if (kept === null) throw new Error(`cannot make out the beginning of line ${line.line}`);
  return { type: 'res', id: kept[1], ok: kept[2] === 'true' };
}

function sameKeys(live: unknown, sample: unknown): JsonObject {
  return Object.fromEntries(Object.keys(Object(sample)).map((key) => [key, at(live, key)]));
}

/** Responses may overtake each other; an event and a response, or two events, keep their recorded order. */
function mustNotOvertake(item: Received, awaitedEvent: string | undefined): boolean {
  if (item.kind !== 'frame') return false;
  const event = textAt(item.frame, 'event');
  return event === undefined ? awaitedEvent !== undefined : !isBackground(event);
}

function isBackground(event: string | undefined): boolean {
  return event !== undefined && BACKGROUND.has(event);
}

function isCounterpart(run: Run, item: Received, sample: unknown): boolean {
  if (item.kind !== 'frame') return false;
  const event = at(sample, 'event');
  if (event !== undefined) return at(item.frame, 'event') === event;
  return (
    at(item.frame, 'type') === 'res' && at(item.frame, 'id') === run.player.bindings.toLive(at(sample, 'id'))
  );
}

function compareFrames(prefix: string, sample: unknown, live: unknown, player: Player): Difference[] {
  const differences = compare(prefix, sample, live, player.bindings);
  return [...differences, ...checkPresence(`${prefix}payload`, live)];
}

function learnChallenge(run: Run, line: Line, sample: unknown, live: unknown): void {
  const [sampleTs, liveTs] = [at(sample, 'payload', 'ts'), at(live, 'payload', 'ts')];
  run.challenges.set(line.conn, {
    sample: { nonce: textAt(sample, 'payload', 'nonce'), tsMs: Number(sampleTs) },
    live: { nonce: String(at(live, 'payload', 'nonce')), tsMs: Number(liveTs) },
  });
}

/** The patience of tests (a tick comes after 30 s), or 5 s for what is known to be missing, plus twice what the recording waited for this line. */
function deadlineFor(run: Run, line: Line, path: string): number {
  const before = run.transcript.lines.findLast((other) => other.line < line.line);
  return (run.mayBeMissing(path) ? 5_000 : PATIENCE_MS) + 2 * (line.atMs - (before?.atMs ?? line.atMs));
}
