import { randomUUID } from 'node:crypto';
import { PATIENCE_MS } from '../patience.ts';
import { at, type JsonObject, textAt } from './json.ts';
import type { LiveConnection } from './live-connection.ts';
import type { Stage } from './play-four.ts';
import { connectParams, readTranscript, type Transcript } from './transcript.ts';

/** How a recording begins, where it cannot be read from it. */
export type Beginning = {
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

const NODE_KEY = 'PUBLIC-KEY-EXAMPLE-1';

/** How the recording of this name begins. */
export function beginningOf(name: string): Beginning {
  return BEGINNINGS[name] ?? {};
}

/** Brings the gateway to where the recording starts. */
export async function begin(
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
    PATIENCE_MS,
  );
  const payload = challenge?.kind === 'frame' ? at(challenge.frame, 'payload') : undefined;
  const tsMs = Number(at(payload, 'ts'));
  const sampleTsMs = Number(at(params, 'device', 'signedAt')) || tsMs;
  stage.challenges.set(conn, { nonce: textAt(payload, 'nonce') ?? '', tsMs, sampleTsMs });
  const id = `begin-${conn}`;
  connection.send({ type: 'req', id, method: 'connect', params: stage.signed(params, conn) });
  const reply = await connection.take(
    (item) => item.kind === 'frame' && at(item.frame, 'id') === id,
    PATIENCE_MS,
  );
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
