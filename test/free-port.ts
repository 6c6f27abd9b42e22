import { mkdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Below what the kernel gives to outgoing connections and to `listen(0)` (net.ipv4.ip_local_port_range begins at 32768):
 * nothing else on the machine is given such a port between the look here and the start of the program that wants it.
 */
const FIRST = 20_000;
const COUNT = 10_000;
const TRIES = 200;

/** One file per port that a running test process has taken, with its pid: test files run side by side. */
const CLAIMS = join(tmpdir(), 'clawdbot-test-ports');
const claimed: string[] = [];

process.once('exit', () => {
  for (const path of claimed) rmSync(path, { force: true });
  try {
    rmdirSync(CLAIMS);
  } catch {
    // others have ports, or have removed it
  }
});

/** A TCP port of 127.0.0.1 that is free, and given to nobody else until this process ends. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const port = FIRST + Math.floor(Math.random() * COUNT);
    if (claim(port) && (await isFree(port))) return port;
  }
  throw new Error('cannot find a free port');
}

function claim(port: number): boolean {
  const path = join(CLAIMS, String(port));
  try {
    mkdirSync(CLAIMS, { recursive: true });
    writeFileSync(path, String(process.pid), { flag: 'wx' });
    claimed.push(path);
    return true;
  } catch {
    forgetIfDead(path);
    return false;
  }
}

/** The claim of a test that was killed. */
function forgetIfDead(path: string): void {
  try {
    process.kill(Number(readFileSync(path, 'utf8')), 0);
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ESRCH') rmSync(path, { force: true });
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  const isFree = await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => resolve(true));
  });
  await new Promise((resolve) => server.close(resolve));
  return isFree;
}
