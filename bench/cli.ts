import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Row } from './row.ts';
import { timeInTurns, timeToAnswer } from './whole-process.ts';

const bin = join(import.meta.dirname, '..', 'bin', 'clawdbot.js');
const TURNS = 15;

/** How long the command line needs, against `node -e 0` in the same turns. */
export async function rows(): Promise<Row[]> {
  const home = mkdtempSync(join(tmpdir(), 'clawdbot-bench-'));
  const port = await freePort();
  const env = { PATH: process.env['PATH'], HOME: home, CLAWDBOT_GATEWAY_PORT: String(port) };
  const config = { gateway: { mode: 'local', port, auth: { mode: 'token', token: 'bench-token' } } };
  mkdirSync(join(home, '.clawdbot'), { mode: 0o700 });
  writeFileSync(join(home, '.clawdbot', 'clawdbot.json'), JSON.stringify(config), { mode: 0o600 });
  const clawdbot = (...args: string[]) => ({ command: process.execPath, args: [bin, ...args], env });
  const gateway = await timeToAnswer(clawdbot('gateway', 'run'), `http://127.0.0.1:${port}/healthz`);
  try {
    const [bare = 0, version = 0, status = 0] = timeInTurns(
      [
        { command: process.execPath, args: ['-e', '0'], env },
        clawdbot('--version'),
        clawdbot('nodes', 'status'),
      ],
      TURNS,
    );
    const compared = { base: bare, baseIs: 'node -e 0', unit: 'ms' } as const;
    return [
      { what: '`clawdbot --version`', ours: version, ...compared, limit: 1.5 },
      { what: '`clawdbot nodes status`', ours: status, ...compared, limit: 4 },
    ];
  } finally {
    await gateway.stop();
    rmSync(home, { recursive: true });
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
