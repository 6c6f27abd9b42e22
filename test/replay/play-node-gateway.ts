import { hostname } from 'node:os';
import { type Bindings, makeBindings } from './bindings.ts';
import { compare, type Difference } from './compare.ts';
import { at, isObject, type JsonObject, parseJson, textAt } from './json.ts';
import { identityFault, type RecordedClient, startRecordedServer } from './recorded-server.ts';
import { connectParams, type Line, readTranscript, type Transcript } from './transcript.ts';

/** A recorded gateway that asks a live node host what the recording asked, and compares its answers. */
export type NodeExamination = {
  port: number;
  /** Resolves when the recording is through. */
  done: Promise<Difference[]>;
};

/**
 * Starts the gateway side of a recording for the node host of that recording. Requests in `neverAsked` are reported
 * missing at once; should they come, they are taken for the answer that is due and reported as different.
 */
export async function examineNode(
  stack: AsyncDisposableStack,
  transcript: Transcript,
  options: { neverAsked?: readonly string[] } = {},
): Promise<NodeExamination> {
  const { promise, resolve, reject } = Promise.withResolvers<Difference[]>();
  promise.catch(() => {}); // owned by whoever awaits `done`
  let started = false;
  const port = await startRecordedServer(stack, async (client) => {
    if (started) return client.close(1013, 'one examination at a time');
    started = true;
    await examine(client, transcript, options.neverAsked ?? []).then(resolve, reject);
  });
  return { port, done: promise };
}

/** The approvals file the recorded node had when the recording starts: what it reported first, else the table below. */
export function approvalsBefore(transcript: Transcript): JsonObject {
  for (const line of transcript.lines) {
    const payload = line.kind === 'frame' ? textAt(line.frame, 'params', 'payloadJSON') : undefined;
    const file = payload === undefined ? undefined : at(parseJson(payload), 'file');
    if (isObject(file)) return file;
  }
  const allowlist = ALLOWED[transcript.name] ?? [];
  return { version: 1, agents: { '*': { allowlist: allowlist.map((pattern) => ({ pattern })) } } };
}

const ALLOWED: Readonly<Record<string, readonly string[]>> = { 'run-allowlisted': ['/usr/bin/uname'] };

async function examine(
  client: RecordedClient,
  transcript: Transcript,
  neverAsked: readonly string[],
): Promise<Difference[]> {
  const bindings = makeBindings();
  bindings.bind('gw-host', hostname());
  const differences = await greet(client, bindings);
  const liveIds = new Map<string, unknown>();
  const skipped = new Set<unknown>();
  for (const line of transcript.lines) {
    if (line.conn !== 'node#1' || line.kind !== 'frame') continue;
    const event = textAt(line.frame, 'event');
    const [method, id] = [textAt(line.frame, 'method'), at(line.frame, 'id')];
    if (method !== undefined && neverAsked.includes(method)) {
      differences.push({ path: method, kind: 'missing', sample: at(line.frame, 'params'), live: undefined });
      skipped.add(id);
    }
    if (id !== undefined && skipped.has(id)) continue;
    if (event === 'node.invoke.request') client.send(bindings.toLive(line.frame));
    else if (line.from === 'client')
      differences.push(...(await expectRequest(client, line, bindings, liveIds)));
    else if (at(line.frame, 'type') === 'res')
      client.send({ ...Object(bindings.toLive(line.frame)), id: liveIds.get(String(at(line.frame, 'id'))) });
  }
  return transcript.name === 'run-env-override' ? judgeEnvironment(differences) : differences;
}

/** What `env` printed depends on the machine; what the recording is about is which of the overrides got through. */
function judgeEnvironment(differences: readonly Difference[]): Difference[] {
  return differences.flatMap((difference) => {
    if (!/\.(output|stdout)$/.test(difference.path)) return [difference];
    const lines = String(difference.live).trimEnd().split('\n');
    const through = OVERRIDES.filter((line) => lines.includes(line));
    const sample = OVERRIDES.filter((line) => String(difference.sample).split('\n').includes(line));
    return through.join() === sample.join() ? [] : [{ ...difference, sample, live: through }];
  });
}

const OVERRIDES = [
  'FOO=bar',
  'LD_PRELOAD=/x',
  'NODE_OPTIONS=--x',
  'PATH=/evil:/bin',
  'BASH_ENV=/x',
  'path=/y',
];

async function greet(client: RecordedClient, bindings: Bindings): Promise<Difference[]> {
  const frame = await client.next('connect');
  const params = at(frame, 'params');
  const recorded = readTranscript('v3', 'node-connect-after-approval').lines;
  const sampleParams = recorded.map(connectParams).find((found) => found !== undefined);
  const hello = recorded.find(
    (line) => line.kind === 'frame' && at(line.frame, 'payload', 'type') === 'hello-ok',
  );
  if (!isObject(params) || sampleParams === undefined || hello?.kind !== 'frame')
    throw new Error('cannot greet the node');
  const fault = identityFault(params, client.nonce);
  bindings.bind(textAt(sampleParams, 'device', 'id') ?? '', textAt(params, 'device', 'id') ?? '');
  const { displayName: _given, ...clientParams } = Object(at(sampleParams, 'client'));
  const differences = compare(
    'connect params:',
    { ...sampleParams, client: { ...clientParams, displayName: at(params, 'client', 'displayName') } },
    params,
    bindings,
  );
  client.send({ ...Object(hello.frame), id: frame.id });
  if (fault !== undefined)
    differences.push({
      path: 'connect params:device',
      kind: 'differs',
      sample: 'a valid identity',
      live: fault,
    });
  return differences;
}

async function expectRequest(
  client: RecordedClient,
  line: Line & { kind: 'frame' },
  bindings: Bindings,
  liveIds: Map<string, unknown>,
): Promise<Difference[]> {
  const method = textAt(line.frame, 'method') ?? '';
  const live = await client.next(`${method} (line ${line.line})`);
  liveIds.set(String(at(line.frame, 'id')), live.id);
  if (live.method !== method)
    return [{ path: `line ${line.line}:method`, kind: 'differs', sample: method, live: live.method }];
  return compare(`${method} params:`, at(line.frame, 'params'), live.params, bindings);
}
