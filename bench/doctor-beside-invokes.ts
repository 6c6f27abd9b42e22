import { setTimeout as delay } from 'node:timers/promises';
import { generateDeviceKeys } from '../src/protocol/host/index.ts';
import { connectBenchNode, connectBenchOperator } from './bench-peers.ts';
import { endProcess, makeGatewayHome, startListening } from './gateway-server.ts';
import { median, type Row } from './row.ts';

const LOOKS = 10;

/** Invoke round trips while the gateway has the doctor look, against those while nobody asks, in the same run. */
export async function besideInvokes(): Promise<Row[]> {
  const home = await makeGatewayHome();
  const gateway = await startListening(home.command, home.port);
  const keys = generateDeviceKeys();
  const node = await connectBenchNode(home.port, keys);
  const operator = await connectBenchOperator(home.port);
  const page = await connectBenchOperator(home.port);
  let count = 0;
  const invokeUntil = async (isOver: () => boolean): Promise<number[]> => {
    const times: number[] = [];
    while (!isOver()) {
      const startedAt = performance.now();
      count += 1;
      await operator.call('node.invoke', {
        nodeId: keys.deviceId,
        command: 'system.which',
        params: { bins: [] },
        idempotencyKey: `beside ${count}`,
      });
      times.push(performance.now() - startedAt);
      // People and programs do not call without a pause, and the looks need some processor, too.
      await delay(1);
    }
    return times;
  };
  const beside: number[] = [];
  const quiet: number[] = [];
  for (let turn = 0; turn <= LOOKS; turn += 1) {
    let isLooking = true;
    const look = page.call('doctor.report', { maxAgeMs: 1_000 }).then(() => {
      isLooking = false;
    });
    const during = await invokeUntil(() => !isLooking);
    await look;
    const until = performance.now() + 1_100;
    const after = await invokeUntil(() => performance.now() > until);
    if (turn > 0) {
      beside.push(...during);
      quiet.push(...after.slice(0, during.length));
    }
  }
  node.terminate();
  operator.close();
  page.close();
  await endProcess(gateway);
  home.remove();
  const baseIs = 'no look';
  return [
    {
      what: 'gateway: invoke while the doctor looks, p50',
      ours: median(beside),
      base: median(quiet),
      baseIs,
      unit: 'ms',
    },
    {
      what: 'gateway: invoke while the doctor looks, p99',
      ours: p99(beside),
      base: p99(quiet),
      baseIs,
      unit: 'ms',
    },
  ];
}

function p99(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length * 0.99)] ?? 0;
}
