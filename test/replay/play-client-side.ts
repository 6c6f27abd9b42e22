import { PATIENCE_MS } from '../patience.ts';
import { expectClose, expectFrame, reportLeftovers } from './expect-line.ts';
import { intervene } from './interventions.ts';
import { at, textAt } from './json.ts';
import { type LiveConnection, openLive, type Received } from './live-connection.ts';
import { type GatewayUnderTest, makePlayer } from './player.ts';
import { prepare } from './preconditions.ts';
import { type Finding, NO_RESPONSE, type Run } from './replay-run.ts';
import { connectParams, type Line, type Transcript } from './transcript.ts';

/**
 * Plays the client side of a recording against a live, empty gateway and reports where its answers differ.
 * Every recorded frame of the gateway must come, in the recorded order on its connection (responses to requests that
 * were open together may swap), and nothing else.
 * What `mayBeMissing` knows is waited for a moment only.
 * Events in `neverSent` are reported missing at once instead of after a wait; should they come, they are reported as extra.
 */
export async function playClientSide(
  gateway: GatewayUnderTest,
  transcript: Transcript,
  options: { neverSent?: readonly string[]; mayBeMissing?: (path: string) => boolean } = {},
): Promise<Finding[]> {
  const player = makePlayer(gateway);
  const findings: Finding[] = [];
  try {
    const connections = await prepare(player, transcript);
    const { neverSent = [], mayBeMissing = () => false } = options;
    const run: Run = {
      neverSent,
      mayBeMissing,
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
  const end = performance.now() + PATIENCE_MS;
  for (;;) {
    const connection = openLive(run.player.gateway.url, line.headers);
    run.player.connections.push(connection);
    run.connections.set(line.conn, connection);
    const first = mayFail ? undefined : await peek(connection, PATIENCE_MS);
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
