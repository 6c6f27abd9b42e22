/** The node host against the bare thing: a message to a process and back, a child started and awaited. */
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { type ScriptedConnection, startScriptedGateway } from '../test/node/fixtures/scripted-gateway.ts';
import { median, type Row } from './row.ts';

const MESSAGES = 2_000;
const STARTS = 200;

export async function rows(): Promise<Row[]> {
  const home = mkdtempSync(join(tmpdir(), 'bench-node-'));
  mkdirSync(join(home, '.clawdbot'), { mode: 0o700 });
  const policy = { version: 1, defaults: { security: 'full', ask: 'off' } };
  writeFileSync(join(home, '.clawdbot', 'exec-approvals.json'), JSON.stringify(policy), { mode: 0o600 });
  const gateway = await startScriptedGateway();
  const next = gateway.nextConnection();
  const node = start('../test/node/fixtures/node-process.ts', [String(gateway.port)], home);
  const echo = start('fixtures/bare-echo.js', [], home);
  try {
    const [{ port }] = (await once(echo, 'message')) as [{ port: number }]; // what bare-echo.js sends
    const socket = new WebSocket(`ws://127.0.0.1:${port}`);
    await once(socket, 'open');
    const connection = await next;
    return [await messages(connection, socket), await starts(connection)];
  } finally {
    for (const child of [node, echo]) child.kill('SIGKILL');
    await gateway.stop(1006);
    rmSync(home, { recursive: true, force: true });
  }
}

async function messages(connection: ScriptedConnection, socket: WebSocket): Promise<Row> {
  const text = JSON.stringify({ text: 'x'.repeat(200) });
  const base = await timed(MESSAGES, () => {
    socket.send(text);
    return once(socket, 'message');
  });
  const ours = await timed(MESSAGES, () => connection.invoke('system.which', { bins: [] }));
  const what = `node: no-op invoke, p50 of ${MESSAGES}`;
  return { what, ours, base, baseIs: 'a bare ws echo in another process', unit: 'ms', limit: 3 };
}

async function starts(connection: ScriptedConnection): Promise<Row> {
  const base = await timed(STARTS, () =>
    once(spawn('/bin/true', { stdio: ['ignore', 'pipe', 'pipe'] }), 'close'),
  );
  const ours = await timed(STARTS, () => connection.invoke('system.run', { command: ['/bin/true'] }));
  const what = `node: system.run /bin/true, p50 of ${STARTS}`;
  return { what, ours, base, baseIs: 'spawn and wait', unit: 'ms', limit: 3 };
}

/** Median duration in milliseconds, after a tenth as warm-up. */
async function timed(count: number, work: () => Promise<unknown>): Promise<number> {
  for (let round = 0; round < count / 10; round += 1) await work();
  const durations: number[] = [];
  for (let round = 0; round < count; round += 1) {
    const from = performance.now();
    await work();
    durations.push(performance.now() - from);
  }
  return median(durations);
}

function start(file: string, args: readonly string[], home: string): ChildProcess {
  return fork(join(import.meta.dirname, file), args, {
    env: { PATH: process.env.PATH, HOME: home },
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
}
