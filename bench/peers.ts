import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../test/interop/lib/scratch.ts';
import { findPeer, PEERS, peerCache } from '../test/interop/peer-versions.ts';
import type { Row } from './row.ts';
import { type Command, residentMb, timeInTurns, timeToAnswer } from './whole-process.ts';

/** A program that can be gateway and command line, and how it is set up. */
type Product = { name: string; program: readonly string[]; stateDir: string; prefix: string };

const TURNS = 5;
const TOKEN = 'bench-peers-token-0123456789';
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

const OURS: Product = {
  name: 'ours',
  program: [process.execPath, join(import.meta.dirname, '..', 'bin', 'clawdbot.js')],
  stateDir: '.clawdbot',
  prefix: 'clawdbot',
};

function installedPeers(): Product[] {
  const node = findPeer('node');
  const [clawdbot, openclaw] = [findPeer('clawdbot'), findPeer('openclaw')];
  if (node === undefined) return [];
  const products: Product[] = [];
  if (clawdbot !== undefined)
    products.push({
      name: PEERS.clawdbot.folder,
      program: [node, clawdbot],
      stateDir: '.clawdbot',
      prefix: 'clawdbot',
    });
  if (openclaw !== undefined)
    products.push({
      name: PEERS.openclaw.folder,
      program: [node, openclaw],
      stateDir: '.openclaw',
      prefix: 'openclaw',
    });
  return products;
}

type Measured = { what: string; value: number; unit: Row['unit'] };

async function measure(product: Product): Promise<Measured[]> {
  const home = mkdtempSync(join(tmpdir(), 'clawdbot-bench-peers-'));
  const port = await freePort();
  const config = {
    gateway: { mode: 'local', port, bind: 'loopback', auth: { mode: 'token', token: TOKEN } },
  };
  mkdirSync(join(home, product.stateDir), { mode: 0o700 });
  writeFileSync(join(home, product.stateDir, `${product.prefix}.json`), JSON.stringify(config), {
    mode: 0o600,
  });
  const command = (...args: string[]): Command => {
    const [program = process.execPath, ...first] = product.program;
    return { command: program, args: [...first, ...args], env: environment(product, home) };
  };
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
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Nothing of the caller's; the published builds without their wrapper process, so that the memory is that of the gateway. */
function environment({ prefix }: Product, home: string): NodeJS.ProcessEnv {
  const tmp = join(peerCache(), 'tmp');
  mkdirSync(tmp, { recursive: true });
  const own = { HOME: home, PATH: '/usr/local/bin:/usr/bin:/bin', NO_COLOR: '1', TMPDIR: tmp };
  const skipped = ['CHANNELS', 'CRON', 'CANVAS_HOST', 'BROWSER_CONTROL_SERVER', 'GMAIL_WATCHER'];
  const name = prefix.toUpperCase();
  return {
    ...own,
    [`${name}_NO_RESPAWN`]: '1',
    [`${name}_DISABLE_BONJOUR`]: '1',
    ...Object.fromEntries(skipped.map((part) => [`${name}_SKIP_${part}`, '1'])),
  };
}
