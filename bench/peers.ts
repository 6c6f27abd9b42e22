import { installedPeers, makeHome, OURS, type Product } from './products.ts';
import type { Row } from './row.ts';
import { residentMb, timeInTurns, timeToAnswer } from './whole-process.ts';

const TURNS = 5;
/** A gateway goes on loading after its first answer; its memory is taken when that is over. */
const SETTLE_MS = 5_000;

/**
 * Our start, memory and command line against the published builds, each with a gateway of its own kind and without
 * channels, browser and timers. Only for those that `node test/interop/install-peers.ts` has installed.
 */
export async function rows(): Promise<Row[]> {
  const peers = installedPeers();
  if (peers.length === 0) console.error('peers are not installed: node test/interop/install-peers.ts');
  const ours = peers.length > 0 ? await measure(OURS) : undefined;
  const rows: Row[] = [];
  for (const peer of peers) {
    const theirs = await measure(peer);
    for (const [index, { what, value, unit }] of (ours ?? []).entries()) {
      const base = theirs[index]?.value ?? Number.NaN;
      rows.push({ what, ours: value, base, baseIs: peer.name, unit });
    }
  }
  return rows;
}

type Measured = { what: string; value: number; unit: Row['unit'] };

async function measure(product: Product): Promise<Measured[]> {
  const { command, port, remove } = await makeHome(product);
  const gateway = command('gateway', '--port', String(port));
  const url = `http://127.0.0.1:${port}/`;
  try {
    await (await timeToAnswer(gateway, url, 120_000)).stop(); // the first start fills compile caches
    const started = await timeToAnswer(gateway, url, 120_000);
    try {
      // the turn that only warms caches also pairs the command line
      const [version = 0, status = 0] = timeInTurns(
        [command('--version'), command('nodes', 'status', '--json')],
        TURNS,
      );
      await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
      return [
        { what: 'gateway: start to first HTTP answer', value: started.ms, unit: 'ms' },
        { what: 'gateway: memory at rest', value: residentMb(started.pid), unit: 'MB' },
        { what: '`--version`', value: version, unit: 'ms' },
        { what: '`nodes status --json`', value: status, unit: 'ms' },
      ];
    } finally {
      await started.stop();
    }
  } finally {
    remove();
  }
}
