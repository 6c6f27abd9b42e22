import { PATIENCE_MS } from '../patience.ts';
import { type Beginning, begin, beginningOf } from './begin-four.ts';
import { makeBindings } from './bindings.ts';
import { learn, missingKeys, shortOf } from './compare-four.ts';
import { makeDevice, signConnect } from './device.ts';
import { knownDifference } from './four-differences.ts';
import { at, isObject, type JsonObject, textAt } from './json.ts';
import { type LiveConnection, openLive } from './live-connection.ts';
import type { GatewayUnderTest } from './player.ts';
import { connectParams, type Line, readTranscript } from './transcript.ts';

/** A difference: `line` of the recording, what was looked at, what was recorded and what came. */
export type FourFinding = { line: number; path: string; sample: unknown; live: unknown };

/** For what is known not to come; should it, that is explained, too. */
const KNOWN_MS = 3_000;

/** Events a recording is about; presence, health, ticks and what only OpenClaw has may come or not. */
const AWAITED = new Set([
  'connect.challenge',
  'node.invoke.request',
  'node.invoke.cancel',
  'node.pair.requested',
  'node.pair.resolved',
  'exec.approval.requested',
  'exec.approval.resolved',
]);

/**
 * Plays the clients of a protocol 4 recording against our gateway and compares what decides their behaviour: success or
 * error, codes (also those in `details`), retry hints, close codes, the fields of every payload and the events that
 * come. Texts and values that belong to a build are not compared.
 */
export async function playFour(gateway: GatewayUnderTest, name: string): Promise<FourFinding[]> {
  const transcript = readTranscript('v4', name);
  const beginning = beginningOf(name);
  const stage = makeStage(gateway, name, beginning);
  try {
    await begin(stage, transcript, beginning);
    for (const line of transcript.lines)
      if (line.line <= (beginning.until ?? Number.POSITIVE_INFINITY)) await stage.step(line);
    return stage.findings;
  } finally {
    stage.closeAll();
  }
}

/** A gateway, the connections to it, and what has been found so far. */
export type Stage = ReturnType<typeof makeStage>;

function makeStage(gateway: GatewayUnderTest, name: string, beginning: Beginning) {
  const patienceFor = (line: number, path: string): number =>
    knownDifference(name, { line, path }) === undefined ? PATIENCE_MS : KNOWN_MS;
  const bindings = makeBindings();
  bindings.bind('SHARED-TOKEN-EXAMPLE', gateway.token);
  const devices = new Map<string, ReturnType<typeof makeDevice>>();
  const connections = new Map<string, LiveConnection>();
  const opened: LiveConnection[] = [];
  const challenges = new Map<string, { nonce: string; tsMs: number; sampleTsMs: number }>();
  const findings: FourFinding[] = [];
  const headers = beginning.remote ? { 'x-forwarded-for': '203.0.113.7' } : {};

  const deviceOf = (params: JsonObject) => {
    const key = textAt(params, 'device', 'publicKey') ?? '';
    const device = devices.get(key) ?? makeDevice();
    devices.set(key, device);
    bindings.bind(key, device.publicKey);
    bindings.bind(textAt(params, 'device', 'id') ?? key, device.id);
    return device;
  };

  const open = async (conn: string, role = 'client'): Promise<LiveConnection> => {
    const connection = openLive(gateway.url, role === 'cli' ? {} : headers);
    opened.push(connection);
    connections.set(conn, connection);
    return connection;
  };

  const signed = (params: JsonObject, conn: string): JsonObject => {
    const challenge = challenges.get(conn);
    if (!isObject(params.device) || challenge === undefined) return bindings.toLive(params) as JsonObject; // an object stays one
    const device = deviceOf(params);
    const live = bindings.toLive(params) as JsonObject; // as above
    const signedAt = challenge.tsMs + (Number(params.device.signedAt) - challenge.sampleTsMs || 0);
    const block = { ...Object(live.device), signedAt };
    if ('nonce' in params.device) block.nonce = challenge.nonce;
    const result = signConnect({ ...live, device: block }, device);
    if (!beginning.spoiled?.includes(conn)) return result;
    return {
      ...result,
      device: { ...Object(result.device), signature: Buffer.alloc(64, 7).toString('base64url') },
    };
  };

  const step = async (line: Line): Promise<void> => {
    if (line.kind === 'open') {
      await open(line.conn, line.conn.split('/')[0]);
      return;
    }
    const connection = connections.get(line.conn);
    if (connection === undefined) return;
    if (line.kind === 'close') {
      if (line.from === 'client') connection.close(line.code === 1006 ? 'by dropping it' : 'politely');
      else {
        const received = await connection.take(
          (item) => item.kind === 'close',
          patienceFor(line.line, 'close'),
        );
        const live = received?.kind === 'close' ? received.code : 'open';
        if (live !== line.code) findings.push({ line: line.line, path: 'close', sample: line.code, live });
      }
      return;
    }
    if (line.kind !== 'frame') return;
    const { frame } = line;
    if (line.from === 'client') {
      const params = connectParams(line);
      if (params !== undefined)
        connection.send({ ...Object(bindings.toLive(frame)), params: signed(params, line.conn) });
      else connection.send(bindings.toLive(frame));
      return;
    }
    await expect(line.line, line.conn, frame, connection);
  };

  const expect = async (
    line: number,
    conn: string,
    sample: unknown,
    connection: LiveConnection,
  ): Promise<void> => {
    const event = textAt(sample, 'event');
    if (event !== undefined && !AWAITED.has(event)) return;
    const id = bindings.toLive(at(sample, 'id'));
    const received = await connection.take(
      (item) =>
        item.kind === 'frame' &&
        (event === undefined
          ? at(item.frame, 'type') === 'res' && at(item.frame, 'id') === id
          : at(item.frame, 'event') === event),
      patienceFor(line, event ?? 'response'),
    );
    if (received?.kind !== 'frame') {
      findings.push({ line, path: event ?? 'response', sample: shortOf(sample), live: 'nothing' });
      return;
    }
    const live = received.frame;
    if (event === 'connect.challenge') {
      const tsMs = Number(at(live, 'payload', 'ts'));
      challenges.set(conn, {
        nonce: textAt(live, 'payload', 'nonce') ?? '',
        tsMs,
        sampleTsMs: Number(at(sample, 'payload', 'ts')),
      });
    }
    learn(bindings, sample, live);
    const prefix = event ?? 'response';
    for (const path of [
      'ok',
      'error.code',
      'error.retryable',
      'error.details.code',
      'error.details.reason',
    ]) {
      const keys = path.split('.');
      const [one, other] = [at(sample, ...keys), at(live, ...keys)];
      if (one !== other) findings.push({ line, path: `${prefix} ${path}`, sample: one, live: other });
    }
    for (const path of missingKeys(at(sample, 'payload'), at(live, 'payload')))
      findings.push({ line, path: `${prefix} payload${path}`, sample: 'there', live: 'missing' });
  };

  return {
    bindings,
    findings,
    connections,
    challenges,
    open,
    step,
    signed,
    closeAll: () => {
      for (const connection of opened) connection.close('by dropping it');
    },
  };
}
