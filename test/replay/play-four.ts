import { randomUUID } from 'node:crypto';
import { makeBindings } from './bindings.ts';
import { makeDevice, signConnect } from './device.ts';
import { at, isObject, type JsonObject, parseJson, textAt } from './json.ts';
import { type LiveConnection, openLive } from './live-connection.ts';
import type { GatewayUnderTest } from './player.ts';
import { connectParams, type Line, readTranscript, type Transcript } from './transcript.ts';

/** A difference: `line` of the recording, what was looked at, what was recorded and what came. */
export type FourFinding = { line: number; path: string; sample: unknown; live: unknown };

/** How a recording begins, where it cannot be read from it. */
type Beginning = {
  /** The clients come from elsewhere. */
  remote?: true;
  /** The device is paired and nothing it offers is approved: what OpenClaw makes of a local node's first connect. */
  emptyOffer?: true;
  /** Signatures of these connections are spoiled. */
  spoiled?: readonly string[];
  /** The question the recording answers is open. */
  question?: true;
  /** Not played beyond this line: what follows was caused by a party that was not recorded, or by what is not here. */
  until?: number;
};

const BEGINNINGS: Readonly<Record<string, Beginning>> = {
  '02-v4-node-first-connect-and-surface-approval': { emptyOffer: true },
  '05-v4-device-pairing-required-and-tokens': { remote: true },
  '06-v3-node-on-v4-gateway': { until: 5 },
  '10-v4-bootstrap-code-node': { until: 7 },
  '11-v4-connect-rejections': { spoiled: ['node/c1'] },
  '12-v4-node-events-progress-cancel': { emptyOffer: true },
  '17-v4-cli-approval-list-and-resolve': { question: true },
};

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

const NODE_KEY = 'PUBLIC-KEY-EXAMPLE-1';

/**
 * Plays the clients of a protocol 4 recording against our gateway and compares what decides their behaviour: success or
 * error, codes (also those in `details`), retry hints, close codes, the fields of every payload and the events that
 * come. Texts and values that belong to a build are not compared.
 */
export async function playFour(gateway: GatewayUnderTest, name: string): Promise<FourFinding[]> {
  const transcript = readTranscript('v4', name);
  const beginning = BEGINNINGS[name] ?? {};
  const stage = makeStage(gateway, beginning);
  try {
    await begin(stage, transcript, beginning);
    for (const line of transcript.lines)
      if (line.line <= (beginning.until ?? Number.POSITIVE_INFINITY)) await stage.step(line);
    return stage.findings;
  } finally {
    stage.closeAll();
  }
}

type Stage = ReturnType<typeof makeStage>;

function makeStage(gateway: GatewayUnderTest, beginning: Beginning) {
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
        const received = await connection.take((item) => item.kind === 'close', 5_000);
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
      3_000,
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

/** Brings the gateway to where the recording starts. */
async function begin(
  stage: Stage,
  transcript: Transcript,
  { emptyOffer, question }: Beginning,
): Promise<void> {
  const nodeConnect = transcript.lines.map(connectParams).find((params) => params?.role === 'node');
  if (emptyOffer && nodeConnect !== undefined)
    (await enter(stage, { ...nodeConnect, caps: [], commands: [] }, 'before')).close('politely');
  const openedHere = new Set(transcript.lines.flatMap((line) => (line.kind === 'open' ? [line.conn] : [])));
  const missing = transcript.lines.find((line) => !openedHere.has(line.conn))?.conn;
  const talksOfNode = JSON.stringify(transcript.lines).includes('"nodeId"');
  if (missing === undefined && (nodeConnect !== undefined || !talksOfNode)) return;
  const recorded = readTranscript('v4', '02-v4-node-first-connect-and-surface-approval').lines.map(
    connectParams,
  );
  const node = recorded.find((params) => at(params, 'device', 'publicKey') === NODE_KEY);
  if (node === undefined) throw new Error('cannot find the node of the recordings');
  const connection = await enter(stage, node, missing ?? 'node');
  if (missing !== undefined) stage.connections.set(missing, connection);
  else answerAsRecorded(connection, transcript);
  if (question) await openQuestion(stage, transcript);
}

async function enter(stage: Stage, params: JsonObject, conn: string): Promise<LiveConnection> {
  const connection = await stage.open(conn);
  const challenge = await connection.take(
    (item) => item.kind === 'frame' && at(item.frame, 'event') === 'connect.challenge',
    5_000,
  );
  const payload = challenge?.kind === 'frame' ? at(challenge.frame, 'payload') : undefined;
  const tsMs = Number(at(payload, 'ts'));
  const sampleTsMs = Number(at(params, 'device', 'signedAt')) || tsMs;
  stage.challenges.set(conn, { nonce: textAt(payload, 'nonce') ?? '', tsMs, sampleTsMs });
  const id = `begin-${conn}`;
  connection.send({ type: 'req', id, method: 'connect', params: stage.signed(params, conn) });
  const reply = await connection.take((item) => item.kind === 'frame' && at(item.frame, 'id') === id, 5_000);
  if (reply?.kind !== 'frame' || at(reply.frame, 'ok') !== true)
    throw new Error(`cannot begin as ${conn}: ${JSON.stringify(reply)}`);
  return connection;
}

/** The recordings of command lines alone hold what the node answered only in the gateway's own answer. */
function answerAsRecorded(connection: LiveConnection, transcript: Transcript): void {
  const payloads = transcript.lines.flatMap((line) => {
    const hash =
      line.kind === 'frame' && line.from === 'gateway' ? at(line.frame, 'payload', 'hash') : undefined;
    return hash === undefined || line.kind !== 'frame' ? [] : [at(line.frame, 'payload')];
  });
  void (async () => {
    while (connection.isOpen()) {
      const item = await connection.take(
        (each) => each.kind === 'frame' && at(each.frame, 'event') === 'node.invoke.request',
        500,
      );
      if (item?.kind !== 'frame') continue;
      const { id, nodeId } = Object(at(item.frame, 'payload'));
      const params = { id, nodeId, ok: true, payload: payloads.shift() ?? {} };
      connection.send({ type: 'req', id: randomUUID(), method: 'node.invoke.result', params });
    }
  })();
}

async function openQuestion(stage: Stage, transcript: Transcript): Promise<void> {
  const line = transcript.lines.find(
    (each) => each.kind === 'frame' && Array.isArray(at(each.frame, 'payload')),
  );
  const row: unknown = line?.kind === 'frame' ? Object(at(line.frame, 'payload'))[0] : undefined;
  const asker = await enter(stage, ASKER, 'asker');
  const { systemRunPlan, nodeId } = Object(stage.bindings.toLive(at(row, 'request')));
  asker.send({
    type: 'req',
    id: 'ask',
    method: 'exec.approval.request',
    params: { id: at(row, 'id'), host: 'node', nodeId, systemRunPlan, requireDeliveryRoute: false },
  });
  await asker.flush();
}

const ASKER: JsonObject = {
  minProtocol: 4,
  maxProtocol: 4,
  client: { id: 'cli', version: 'replay', platform: 'linux', mode: 'cli' },
  role: 'operator',
  scopes: ['operator.admin', 'operator.approvals'],
  auth: { token: 'SHARED-TOKEN-EXAMPLE' },
};

/** Ids, tokens and hashes at the same place stand for each other from now on; also inside texts of JSON. */
function learn(bindings: ReturnType<typeof makeBindings>, sample: unknown, live: unknown): void {
  if (typeof sample === 'string' && typeof live === 'string') {
    const [one, other] = [parseJson(sample), parseJson(live)];
    if (isObject(one) && isObject(other)) learn(bindings, one, other);
    else if (NAME.test(sample) && !bindings.has(sample)) bindings.bind(sample, live);
    return;
  }
  if (Array.isArray(sample) && Array.isArray(live))
    for (const [index, item] of sample.entries()) learn(bindings, item, live[index]);
  else if (isObject(sample) && isObject(live))
    for (const [key, item] of Object.entries(sample)) learn(bindings, item, live[key]);
}

const NAME = /^([0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{64}|[A-Z-]+-EXAMPLE-\d+)$/;

/** Paths of keys the recording has and the answer has not; of lists the first entries are looked at. */
function missingKeys(sample: unknown, live: unknown, path = ''): string[] {
  if (Array.isArray(sample)) {
    if (!Array.isArray(live)) return [path];
    return sample.length > 0 && live.length > 0
      ? missingKeys(sample[0], live[0], `${path}[]`)
      : sample.length > 0
        ? [`${path}[]`]
        : [];
  }
  if (!isObject(sample)) return [];
  if (!isObject(live)) return [path];
  return Object.entries(sample).flatMap(([key, item]) =>
    key in live ? missingKeys(item, live[key], `${path}.${key}`) : item == null ? [] : [`${path}.${key}`],
  );
}

function shortOf(value: unknown): string {
  return (JSON.stringify(value) ?? '').slice(0, 200);
}
