import { PATIENCE_MS } from '../patience.ts';
import { at, isObject, type JsonObject, textAt } from './json.ts';
import type { LiveConnection } from './live-connection.ts';
import { type Player, SHARED_TOKEN } from './player.ts';
import { connectParams, readTranscript, type Transcript } from './transcript.ts';

/** What must be true before the first line of a recording and cannot be read from it. */
type Precondition = {
  /** The node has asked from elsewhere and waits; the value is the recorded request id. */
  nodeWaits?: string;
  /** The node was approved earlier (its device is paired) but is not connected. */
  nodePaired?: true;
  /** The gateway host has an approvals file. */
  policyExists?: true;
};

const PRECONDITIONS: Readonly<Record<string, Precondition>> = {
  'device-pair-approve': { nodeWaits: '761467a1-caa3-4391-acc1-58c7b8b92c22' },
  'operator-first-connect': { nodeWaits: '761467a1-caa3-4391-acc1-58c7b8b92c22' },
  'operator-reconnect-device-token': { nodeWaits: '761467a1-caa3-4391-acc1-58c7b8b92c22' },
  'node-connect-after-approval': { nodePaired: true },
  'exec-approvals-gateway-get': { policyExists: true },
  'exec-approvals-stale-hash': { policyExists: true },
};

/** The forwarding header the recordings use to make the node count as remote. */
const FROM_ELSEWHERE = { 'x-forwarded-for': '203.0.113.7' };

/**
 * Brings an empty gateway to where a recording starts, through the protocol: devices whose token is used are paired,
 * connections that are there without having been opened are opened.
 * @returns those connections by their recorded name, with nothing in their inboxes
 */
export async function prepare(player: Player, transcript: Transcript): Promise<Map<string, LiveConnection>> {
  const special = PRECONDITIONS[transcript.name] ?? {};
  if (special.nodeWaits !== undefined) await leaveNodeWaiting(player, special.nodeWaits);
  if (special.nodePaired) await pairNode(player);
  if (special.policyExists) await writePolicy(player);
  for (const token of tokensUsedBeforeIssued(transcript)) await obtainToken(player, token);

  const needed = connectionsWithoutOpen(transcript);
  if (!needed.includes('node#1') && showsConnectedNode(transcript)) needed.push('node#1');
  const ready = new Map<string, LiveConnection>();
  for (const name of needed) {
    if (name === 'node#1') await pairNode(player);
    const headers = name === 'node#1' && !nodeIsLocal(transcript) ? FROM_ELSEWHERE : {};
    const { connection, reply } = await player.connect(resident(name), headers);
    if (at(reply, 'ok') !== true)
      throw new Error(`cannot prepare ${name}: ${JSON.stringify(at(reply, 'error'))}`);
    ready.set(name, connection);
  }
  for (const connection of ready.values()) {
    await connection.flush();
    connection.inbox.length = 0;
  }
  return ready;
}

/** What the three parties that outlive single recordings send when they connect. */
function resident(name: string): JsonObject {
  if (name === 'node#1') return recordedConnect('node-connect-after-approval', 'node#1');
  if (name === 'observer') return withToken(recordedConnect('gateway-shutdown', 'observer'), SHARED_TOKEN);
  if (name === 'client#1') return OPERATOR_UI;
  throw new Error(`cannot prepare a connection called ${name}`);
}

/** The recordings' test client; only its replies are recorded, this connect is written after them. */
const OPERATOR_UI: JsonObject = {
  minProtocol: 3,
  maxProtocol: 3,
  client: {
    id: 'gateway-client',
    displayName: 'operator-ui',
    version: '1',
    platform: 'linux',
    mode: 'backend',
  },
  role: 'operator',
  scopes: ['operator.admin'],
  auth: { token: SHARED_TOKEN },
};

async function leaveNodeWaiting(player: Player, sampleRequestId: string): Promise<void> {
  const { reply } = await player.connect(recordedConnect('node-pairing-required', 'node#1'), FROM_ELSEWHERE);
  const requestId = textAt(reply, 'error', 'details', 'requestId');
  if (requestId === undefined) throw new Error(`cannot leave the node waiting: ${JSON.stringify(reply)}`);
  player.bindings.bind(sampleRequestId, requestId);
}

/** The published gateway creates the file when it is read, ours only when it is written. */
async function writePolicy(player: Player): Promise<void> {
  const present = await player.asAdmin('exec.approvals.get', {});
  if (at(present, 'exists') !== true) await player.asAdmin('exec.approvals.set', { file: { version: 1 } });
}

async function pairNode(player: Player): Promise<void> {
  const params = recordedConnect('node-connect-after-approval', 'node#1');
  const { connection, reply } = await player.connect(params, FROM_ELSEWHERE);
  const requestId = textAt(reply, 'error', 'details', 'requestId');
  if (requestId !== undefined) await player.asAdmin('device.pair.approve', { requestId });
  connection.close('politely');
  await connection.take((item) => item.kind === 'close', PATIENCE_MS);
}

/** Pairs the device a recorded token belongs to and binds the recorded token to the one the gateway issues. */
async function obtainToken(player: Player, sampleToken: string): Promise<void> {
  const owner = TOKEN_OWNERS[sampleToken];
  if (owner === undefined) throw new Error(`cannot tell whose token ${sampleToken} is`);
  if (owner.paired) await pairNode(player);
  const params = withToken(recordedConnect(owner.transcript, owner.conn), SHARED_TOKEN);
  const { connection, reply } = await player.connect(params, owner.paired ? FROM_ELSEWHERE : {});
  const token = textAt(reply, 'payload', 'auth', 'deviceToken');
  if (token === undefined) throw new Error(`cannot obtain ${sampleToken}: ${JSON.stringify(reply)}`);
  player.bindings.bind(sampleToken, token);
  connection.close('politely');
  await connection.take((item) => item.kind === 'close', PATIENCE_MS);
}

const TOKEN_OWNERS: Readonly<Record<string, { transcript: string; conn: string; paired?: true }>> = {
  'DEVICE-TOKEN-1': { transcript: 'operator-first-connect', conn: 'cli#1' },
  'DEVICE-TOKEN-2': { transcript: 'node-connect-after-approval', conn: 'node#1', paired: true },
  'DEVICE-TOKEN-8': { transcript: 'gateway-shutdown', conn: 'observer' },
};

function recordedConnect(transcript: string, conn: string): JsonObject {
  for (const line of readTranscript('v3', transcript).lines) {
    const params = line.conn === conn ? connectParams(line) : undefined;
    if (params !== undefined) return params;
  }
  throw new Error(`cannot find a connect of ${conn} in ${transcript}`);
}

function withToken(params: JsonObject, token: string): JsonObject {
  return { ...params, auth: { token } };
}

/** Device tokens a client presents before the gateway has handed them out in the same recording. */
function tokensUsedBeforeIssued(transcript: Transcript): string[] {
  const issued = new Set<string>();
  const used = new Set<string>();
  for (const line of transcript.lines) {
    if (line.kind !== 'frame') continue;
    const found = JSON.stringify(line.frame).match(/DEVICE-TOKEN-\d+/g) ?? [];
    for (const token of found) {
      if (line.from === 'gateway') issued.add(token);
      else if (!issued.has(token)) used.add(token);
    }
  }
  return [...used];
}

function connectionsWithoutOpen(transcript: Transcript): string[] {
  const opened = new Set<string>();
  const missing = new Set<string>();
  for (const line of transcript.lines) {
    if (line.kind === 'open') opened.add(line.conn);
    else if (!opened.has(line.conn)) missing.add(line.conn);
  }
  // the observer last: it should not see what preparing the others causes
  return [...missing].sort((a, b) => Number(a === 'observer') - Number(b === 'observer'));
}

function nodeEntries(transcript: Transcript): JsonObject[] {
  return transcript.lines.flatMap((line) => {
    const payload = line.kind === 'frame' && line.from === 'gateway' ? at(line.frame, 'payload') : undefined;
    const nodes = at(payload, 'nodes');
    const entries: unknown[] = Array.isArray(nodes) ? nodes : [payload];
    return entries
      .filter(isObject)
      .filter((entry) => entry.displayName === 'build box' && 'connected' in entry);
  });
}

function showsConnectedNode(transcript: Transcript): boolean {
  return nodeEntries(transcript).some((entry) => entry.connected === true);
}

/** In the later recordings the node connects without the forwarding header, so the gateway shows its address. */
function nodeIsLocal(transcript: Transcript): boolean {
  return nodeEntries(transcript).some((entry) => entry.remoteIp !== undefined);
}
