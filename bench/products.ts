import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../test/free-port.ts';
import { findPeer, PEERS, peerCache } from '../test/interop/peer-versions.ts';
import type { Command } from './whole-process.ts';

/** A program that can be gateway and command line, and how it is set up. */
export type Product = { name: string; program: readonly string[]; stateDir: string; prefix: string };

const TOKEN = 'bench-peers-token-0123456789';

export const OURS: Product = {
  name: 'ours',
  program: [process.execPath, join(import.meta.dirname, '..', 'bin', 'clawdbot.js')],
  stateDir: '.clawdbot',
  prefix: 'clawdbot',
};

/** The published builds that `node test/interop/install-peers.ts` has installed. */
export function installedPeers(): Product[] {
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

/** A home of its own with a config for a gateway on a free port of loopback, and how to call the product in it. */
export async function makeHome(product: Product) {
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
  const remove = () => rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  return { command, port, token: TOKEN, remove };
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
