import { WebSocket } from 'ws';
import { generateDeviceKeys } from '../src/protocol/host/index.ts';
import { connectBenchNode, connectBenchOperator } from './bench-peers.ts';
import { bareCommand, endProcess, makeGatewayHome, startListening } from './gateway-server.ts';
import { median, type Row } from './row.ts';
import { residentMb, timeToAnswer } from './whole-process.ts';

const STARTS = 11;
const ROUND_TRIPS = 2_000;
const NODES = Number(process.env['BENCH_NODES'] ?? 5_000);

/** Start, memory, round trip and many nodes, each against a bare server in the same run. */
export async function rows(): Promise<Row[]> {
  return [...(await startAndMemory()), await roundTrip(), ...(await manyNodes())];
}

async function startAndMemory(): Promise<Row[]> {
  const gateway = await makeGatewayHome();
  const bare = await bareCommand('bare-server.js');
  const times = { gateway: [] as number[], bare: [] as number[] };
  const memory = { gateway: [] as number[], bare: [] as number[] };
  for (let turn = 0; turn <= STARTS; turn += 1) {
    for (const which of ['bare', 'gateway'] as const) {
      const { command, port } = which === 'bare' ? bare : gateway;
      const started = await timeToAnswer(command, `http://127.0.0.1:${port}/`);
      // Half a second: what is loaded after the first answer (the log) belongs to the idle process.
      await new Promise((resolve) => setTimeout(resolve, 500));
      if (turn > 0) {
        times[which].push(started.ms);
        memory[which].push(residentMb(started.pid));
      }
      await started.stop();
    }
  }
  gateway.remove();
  const baseIs = 'bare http + ws server';
  return [
    {
      what: 'gateway: start to HTTP answer',
      ours: median(times.gateway),
      base: median(times.bare),
      baseIs,
      unit: 'ms',
      limit: 2,
    },
    {
      what: 'gateway: idle memory',
      ours: median(memory.gateway),
      base: median(memory.bare),
      baseIs,
      unit: 'MB',
      limit: 1.5,
    },
  ];
}

/** Operator, gateway, node and back, against a relay that passes a message on to a second socket and back. */
async function roundTrip(): Promise<Row> {
  const home = await makeGatewayHome();
  const gateway = await startListening(home.command, home.port);
  const keys = generateDeviceKeys();
  const node = await connectBenchNode(home.port, keys);
  const operator = await connectBenchOperator(home.port);
  const relay = await bareCommand('bare-relay.js');
  const relayProcess = await startListening(relay.command, relay.port);
  const echo = new WebSocket(`ws://127.0.0.1:${relay.port}/echo`, { perMessageDeflate: false });
  echo.on('message', (data) => echo.send(data, { binary: false }));
  const caller = new WebSocket(`ws://127.0.0.1:${relay.port}/`, { perMessageDeflate: false });
  await Promise.all([echo, caller].map((socket) => new Promise((resolve) => socket.once('open', resolve))));
  const message = 'x'.repeat(200);
  const ours: number[] = [];
  const base: number[] = [];
  for (let turn = -200; turn < ROUND_TRIPS; turn += 1) {
    const startedAt = performance.now();
    await operator.call('node.invoke', {
      nodeId: keys.deviceId,
      command: 'system.which',
      params: { bins: [] },
      idempotencyKey: String(turn),
    });
    const between = performance.now();
    await new Promise((resolve) => {
      caller.once('message', resolve);
      caller.send(message);
    });
    if (turn < 0) continue;
    ours.push(between - startedAt);
    base.push(performance.now() - between);
  }
  for (const socket of [node, echo, caller]) socket.terminate();
  operator.close();
  await Promise.all([endProcess(gateway), endProcess(relayProcess)]);
  home.remove();
  return {
    what: 'gateway: invoke round trip, p50',
    ours: median(ours),
    base: median(base),
    baseIs: 'two chained bare ws echoes',
    unit: 'ms',
    limit: 3,
  };
}

/** Memory per connected node, and whether joining costs the same with few and with many. */
async function manyNodes(): Promise<Row[]> {
  const bare = await bareCommand('bare-server.js');
  const bareProcess = await startListening(bare.command, bare.port);
  const bareBefore = residentMb(bareProcess.pid ?? 0);
  const bareSockets = await inBatches(NODES, () => openBare(bare.port));
  await settle();
  const barePerNode = ((residentMb(bareProcess.pid ?? 0) - bareBefore) * 1024) / NODES;
  for (const socket of bareSockets.items) socket.terminate();
  await endProcess(bareProcess);

  const home = await makeGatewayHome();
  const gateway = await startListening(home.command, home.port);
  const keys = Array.from({ length: NODES }, generateDeviceKeys);
  // The first connect of a device writes its pairing to disk; what is measured here is a node coming back.
  const first = await inBatches(NODES, (index) => connectBenchNode(home.port, keys[index]));
  for (const socket of first.items) socket.terminate();
  await settle();
  await endProcess(gateway);
  const again = await startListening(home.command, home.port);
  const before = residentMb(again.pid ?? 0);
  const joined = await inBatches(NODES, (index) => connectBenchNode(home.port, keys[index]));
  await settle();
  const perNode = ((residentMb(again.pid ?? 0) - before) * 1024) / NODES;
  for (const socket of joined.items) socket.terminate();
  await endProcess(again);
  home.remove();
  const many = `with ${NODES} nodes`;
  return [
    {
      what: `gateway: memory per node ${many}`,
      ours: perNode,
      base: barePerNode,
      baseIs: 'bare ws connection',
      unit: 'KB',
      limit: 2,
    },
    {
      what: `gateway: join, last tenth of ${NODES} nodes`,
      ours: joined.lastTenthMs,
      base: joined.firstTenthMs,
      baseIs: 'first tenth',
      unit: 'ms',
      limit: 1.5,
    },
  ];
}

function openBare(port: number): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}`, { perMessageDeflate: false });
    socket.once('error', reject);
    // One message each way, so that both servers have read and written on every socket.
    socket.once('open', () => socket.send('x'));
    socket.once('message', () => resolve(socket));
  });
}

/** Twenty at a time; gives the mean ms per item over the first (after a warm-up) and the last tenth. */
async function inBatches<T>(count: number, make: (index: number) => Promise<T>) {
  const items: T[] = [];
  const doneAt: number[] = [performance.now()];
  for (let index = 0; index < count; index += 20) {
    const batch = Array.from({ length: Math.min(20, count - index) }, (_, offset) => make(index + offset));
    items.push(...(await Promise.all(batch)));
    doneAt.push(performance.now());
  }
  const tenth = Math.max(1, Math.floor((doneAt.length - 1) / 10));
  const span = (from: number, to: number) => ((doneAt[to] ?? 0) - (doneAt[from] ?? 0)) / ((to - from) * 20);
  const last = doneAt.length - 1;
  return { items, firstTenthMs: span(tenth, 2 * tenth), lastTenthMs: span(last - tenth, last) };
}

function settle(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 2_000));
}
