import { compare, type Difference } from './compare.ts';
import { intervene } from './interventions.ts';
import { at, type JsonObject, textAt } from './json.ts';
import { type LiveConnection, openLive, type Received } from './live-connection.ts';
import { type Challenge, type GatewayUnderTest, makePlayer, type Player } from './player.ts';
import { prepare } from './preconditions.ts';
import { checkPresence } from './presence-entry.ts';
import { connectParams, type Line, type Transcript } from './transcript.ts';

/** A difference with its place in the recording. */
export type Finding = Difference & { line: number; conn: string };

/**
 * Events on a timer, or caused by who else is connected: they may come, be missing, or come at another place.
 * When they come they must have the recorded form. Those a recording is about are listed in `ESSENTIAL`.
 */
const BACKGROUND = new Set(['health', 'presence', 'tick', 'heartbeat']);

const ESSENTIAL: Readonly<Record<string, readonly string[]>> = {
  tick: ['tick'],
  'node-disconnect': ['presence'],
  'presence-system-event': ['presence'],
};

/**
 * Plays the client side of a recording against a live, empty gateway and reports where its answers differ.
 * Every recorded frame of the gateway must come, in the recorded order on its connection (responses to requests that
 * were open together may swap), and nothing else.
 * Events in `neverSent` are reported missing at once instead of after a wait; should they come, they are reported as extra.
 */
export async function playClientSide(
  gateway: GatewayUnderTest,
  transcript: Transcript,
  options: { neverSent?: readonly string[] } = {},
): Promise<Finding[]> {
  const player = makePlayer(gateway);
  const findings: Finding[] = [];
  try {
    const connections = await prepare(player, transcript);
    const { neverSent = [] } = options;
    const run: Run = {
      neverSent,
      player,
      transcript,
      connections,
      challenges: new Map(),
      methods: new Map(),
      findings,
    };
    for (const line of transcript.lines) {
      await intervene(player, transcript.name, line);
      await step(run, line);
      // after a missing frame every later one would be reported as well
      if (findings.some((finding) => finding.kind === 'missing' && finding.path === NO_RESPONSE))
        return findings;
    }
    await reportLeftovers(run);
    return findings;
  } finally {
    for (const connection of player.connections) connection.close('by dropping it');
  }
}

type Run = {
  neverSent: readonly string[];
  player: Player;
  transcript: Transcript;
  connections: Map<string, LiveConnection>;
  challenges: Map<string, Challenge>;
  /** Method of each request, by connection and id: it names the path of the response. */
  methods: Map<string, string>;
  findings: Finding[];
};

const NO_RESPONSE = 'response';

async function step(run: Run, line: Line): Promise<void> {
  if (line.kind === 'open') {
    await open(run, line);
    return;
  }
  const connection = run.connections.get(line.conn);
  if (connection === undefined) throw new Error(`cannot play line ${line.line}: ${line.conn} is not open`);
  if (line.from === 'client') act(run, line, connection);
  else if (line.kind === 'close') await expectClose(run, line, connection);
  else await expectFrame(run, line, connection);
}

function act(run: Run, line: Exclude<Line, { kind: 'open' }>, connection: LiveConnection): void {
  if (line.kind === 'raw') connection.sendText(line.text);
  else if (line.kind === 'frame') send(run, line, line.frame, connection);
  else if (connection.isOpen()) connection.close(line.code === 1006 ? 'by dropping it' : 'politely');
}

/** Opens a connection; where the recording was let in at once, ours may have to try again while a gateway starts. */
async function open(run: Run, line: Line & { kind: 'open' }): Promise<void> {
  const refused = run.transcript.lines.find((next) => next.line > line.line && next.conn === line.conn);
  const mayFail = refused?.kind === 'close' && refused.code === 1006;
  const end = performance.now() + 15_000;
  for (;;) {
    const connection = openLive(run.player.gateway.url, line.headers);
    run.player.connections.push(connection);
    run.connections.set(line.conn, connection);
    const first = mayFail ? undefined : await peek(connection, 5_000);
    if (mayFail || first?.kind !== 'close' || first.code !== 1006 || performance.now() > end) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function peek(connection: LiveConnection, deadlineMs: number): Promise<Received | undefined> {
  const first = await connection.take(() => true, deadlineMs);
  if (first !== undefined) connection.inbox.unshift(first);
  return first;
}

function send(run: Run, line: Line, frame: unknown, connection: LiveConnection): void {
  const method = textAt(frame, 'method');
  const id = textAt(frame, 'id');
  if (method !== undefined && id !== undefined) run.methods.set(`${line.conn} ${id}`, method);
  const params = connectParams(line);
  const challenge = run.challenges.get(line.conn);
  const live = run.player.bindings.toLive(frame);
  if (params === undefined || challenge === undefined) {
    connection.send(live);
    return;
  }
  const translated = run.player.translateConnect(params, challenge);
  connection.send({
    type: 'req',
    id,
    method,
    params: SPOILED[run.transcript.name]?.(translated) ?? translated,
  });
}

/** Recordings whose point is a bad signature: the dummy in the file cannot show it, so a good one is spoiled here. */
const SPOILED: Readonly<Record<string, (params: object) => object>> = {
  'handshake-device-signature-invalid': (params) => ({
    ...params,
    device: { ...Object(at(params, 'device')), signature: Buffer.alloc(64, 7).toString('base64url') },
  }),
};

async function expectClose(
  run: Run,
  line: Line & { kind: 'close' },
  connection: LiveConnection,
): Promise<void> {
  const received = await connection.take((item) => item.kind === 'close', deadlineFor(run, line));
  if (received?.kind !== 'close')
    return report(run, line, 'close', 'missing', line, connection.inbox.slice(0, 3));
  if (received.code !== line.code) report(run, line, 'close:code', 'differs', line.code, received.code);
  if (received.reason !== line.reason)
    report(run, line, 'close:reason', 'differs', line.reason, received.reason);
}

async function expectFrame(
  run: Run,
  line: Line & { from: 'client' | 'gateway' },
  connection: LiveConnection,
): Promise<void> {
  const sample = line.kind === 'frame' ? line.frame : beginningOf(line);
  const event = textAt(sample, 'event');
  if (event !== undefined && BACKGROUND.has(event) && !ESSENTIAL[run.transcript.name]?.includes(event))
    return;
  if (event !== undefined && run.neverSent.includes(event))
    return report(run, line, `event ${event}`, 'missing', sample, undefined);
  const received = await connection.take((item) => isCounterpart(run, item, sample), deadlineFor(run, line));
  if (received?.kind !== 'frame')
    return report(
      run,
      line,
      event === undefined ? NO_RESPONSE : `event ${event}`,
      'missing',
      sample,
      connection.inbox.slice(0, 3),
    );
  const overtook = connection.inbox.find(
    (item) => item.sequence < received.sequence && mustNotOvertake(item, event),
  );
  if (overtook !== undefined)
    report(
      run,
      line,
      event === undefined ? 'order of responses' : `order of event ${event}`,
      'differs',
      sample,
      overtook,
    );
  if (event === 'connect.challenge') learnChallenge(run, line, sample, received.frame);
  const prefix =
    event === undefined
      ? `${run.methods.get(`${line.conn} ${textAt(sample, 'id')}`) ?? 'unasked'}:`
      : `event ${event}:`;
  const live = line.kind === 'raw' ? sameKeys(received.frame, sample) : received.frame;
  for (const difference of compareFrames(prefix, sample, live, run.player))
    run.findings.push({ ...difference, line: line.line, conn: line.conn });
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
  return event === undefined ? awaitedEvent !== undefined : !BACKGROUND.has(event);
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

/** What the gateway sent or closed beyond the recording, on connections the recording knows. */
async function reportLeftovers(run: Run): Promise<void> {
  const { lines } = run.transcript;
  const known = new Set(lines.map((line) => line.conn));
  const closed = new Set(lines.flatMap((line) => (line.kind === 'close' ? [line.conn] : [])));
  const last = lines.at(-1);
  if (last === undefined) return;
  for (const [conn, connection] of run.connections) {
    if (!known.has(conn)) continue;
    await connection.flush();
    for (const item of connection.inbox) {
      if (item.kind === 'close' ? !closed.has(conn) : !BACKGROUND.has(textAt(item.frame, 'event') ?? ''))
        report(run, { ...last, conn }, item.kind, 'extra', undefined, item);
    }
  }
}

/** 5 s, plus twice what the recording waited for this line; a tick comes when the gateway's 30 s timer says so. */
function deadlineFor(run: Run, line: Line): number {
  if (line.kind === 'frame' && at(line.frame, 'event') === 'tick') return 35_000;
  const before = run.transcript.lines.findLast((other) => other.line < line.line);
  return 5_000 + 2 * (line.atMs - (before?.atMs ?? line.atMs));
}

function report(
  run: Run,
  line: Line,
  path: string,
  kind: Finding['kind'],
  sample: unknown,
  live: unknown,
): void {
  run.findings.push({ line: line.line, conn: line.conn, path, kind, sample, live });
}
