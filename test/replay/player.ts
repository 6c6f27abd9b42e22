import { PATIENCE_MS } from '../patience.ts';
import { type Bindings, makeBindings } from './bindings.ts';
import { type Device, deviceIdOf, makeDevice, signConnect } from './device.ts';
import { at, isObject, type JsonObject, textAt } from './json.ts';
import { type LiveConnection, openLive } from './live-connection.ts';

/** A gateway that can be replayed against. */
export type GatewayUnderTest = {
  url: string;
  token: string;
  stop(): Promise<unknown>;
  start(): Promise<void>;
};

/** The dummy that stands for the shared token in all recordings. */
export const SHARED_TOKEN = 'SHARED-GATEWAY-TOKEN';

/** One party that speaks to the gateway under test in the words of a recording. */
export type Player = {
  gateway: GatewayUnderTest;
  bindings: Bindings;
  /** The identity that stands for a recorded device; made on first use. */
  deviceFor(sampleId: string, samplePublicKey: string): Device;
  /** `connect` parameters for this gateway: known values replaced, clock moved, signed with our own key. */
  translateConnect(params: JsonObject, challenge: Challenge): JsonObject;
  /** Opens a connection and performs the handshake; the reply is returned whatever it says. */
  connect(
    params: JsonObject,
    headers?: Readonly<Record<string, string>>,
  ): Promise<{ connection: LiveConnection; reply: unknown }>;
  /** One request on its own administrator connection. @throws when the gateway refuses it */
  asAdmin(method: string, params: JsonObject): Promise<unknown>;
  /** Every connection made so far, to be closed at the end. */
  connections: LiveConnection[];
};

/** Both halves of a `connect.challenge`: the recorded one, and the live one that takes its place. */
export type Challenge = {
  sample: { nonce: string | undefined; tsMs: number };
  live: { nonce: string; tsMs: number };
};

export function makePlayer(gateway: GatewayUnderTest): Player {
  const bindings = makeBindings();
  bindings.bind(SHARED_TOKEN, gateway.token);
  const devices = new Map<string, Device>();
  const connections: LiveConnection[] = [];

  const deviceFor = (sampleId: string, samplePublicKey: string): Device => {
    // Some recordings send an id that does not belong to the key: then only the key is replaced.
    const honest = deviceIdOf(samplePublicKey) === sampleId;
    const known = devices.get(samplePublicKey) ?? makeDevice();
    devices.set(samplePublicKey, known);
    bindings.bind(samplePublicKey, known.publicKey);
    if (honest) bindings.bind(sampleId, known.id);
    return known;
  };

  const translateConnect = (params: JsonObject, challenge: Challenge): JsonObject => {
    const device = at(params, 'device');
    const sampleId = textAt(device, 'id');
    const sampleKey = textAt(device, 'publicKey');
    if (!isObject(device) || sampleId === undefined || sampleKey === undefined)
      return bindings.toLive(params) as JsonObject; // toLive keeps the form, and params is an object
    const identity = deviceFor(sampleId, sampleKey);
    const live = bindings.toLive(params) as JsonObject; // as above
    const nonce = device.nonce;
    const moved = {
      ...device,
      id: bindings.toLive(sampleId),
      publicKey: identity.publicKey,
      signedAt: challenge.live.tsMs + Number(device.signedAt) - challenge.sample.tsMs,
      ...(nonce !== undefined && nonce === challenge.sample.nonce ? { nonce: challenge.live.nonce } : {}),
    };
    return signConnect({ ...live, device: moved }, identity);
  };

  const connect: Player['connect'] = async (params, headers = {}) => {
    const connection = openLive(gateway.url, headers);
    connections.push(connection);
    const challenge = await nextFrame(
      connection,
      'connect.challenge',
      (frame) => at(frame, 'event') === 'connect.challenge',
    );
    const nonce = String(at(challenge, 'payload', 'nonce'));
    const device = at(params, 'device');
    const sampleNow = isObject(device) ? Number(device.signedAt) : 0;
    const sampleNonce = isObject(device) ? textAt(device, 'nonce') : undefined;
    const live = { nonce, tsMs: Number(at(challenge, 'payload', 'ts')) };
    const translated = translateConnect(params, { sample: { nonce: sampleNonce, tsMs: sampleNow }, live });
    connection.send({ type: 'req', id: 'setup-connect', method: 'connect', params: translated });
    const reply = await nextFrame(
      connection,
      'the reply to connect',
      (frame) => at(frame, 'id') === 'setup-connect',
    );
    return { connection, reply };
  };

  const asAdmin: Player['asAdmin'] = async (method, params) => {
    const { connection, reply } = await connect(ADMIN);
    if (at(reply, 'ok') !== true)
      throw new Error(`cannot become administrator: ${JSON.stringify(at(reply, 'error'))}`);
    connection.send({ type: 'req', id: 'setup', method, params });
    const answer = await nextFrame(
      connection,
      `the reply to ${method}`,
      (frame) => at(frame, 'id') === 'setup',
    );
    connection.close('politely');
    if (at(answer, 'ok') !== true)
      throw new Error(`cannot ${method}: ${JSON.stringify(at(answer, 'error'))}`);
    return at(answer, 'payload');
  };

  return { gateway, bindings, deviceFor, translateConnect, connect, asAdmin, connections };
}

/** Local, with the shared token and no device: what an administrator's script sends. Mode cli keeps it out of presence. */
const ADMIN: JsonObject = {
  minProtocol: 3,
  maxProtocol: 3,
  client: { id: 'cli', version: 'replay', platform: 'linux', mode: 'cli' },
  role: 'operator',
  scopes: ['operator.admin', 'operator.pairing', 'operator.approvals'],
  auth: { token: SHARED_TOKEN },
};

async function nextFrame(
  connection: LiveConnection,
  what: string,
  fits: (frame: unknown) => boolean,
): Promise<unknown> {
  const received = await connection.take((item) => item.kind === 'frame' && fits(item.frame), PATIENCE_MS);
  if (received?.kind !== 'frame')
    throw new Error(`cannot get ${what}: ${JSON.stringify(connection.inbox).slice(0, 400)}`);
  return received.frame;
}
