import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from './whole-process.ts';

export const BENCH_TOKEN = 'bench-token';

/** A home with a config for a gateway on a free port, and how to run it as users do: the built command. */
export async function makeGatewayHome() {
  const home = mkdtempSync(join(tmpdir(), 'clawdbot-bench-'));
  const port = await freePort();
  const config = { gateway: { mode: 'local', port, auth: { mode: 'token', token: BENCH_TOKEN } } };
  mkdirSync(join(home, '.clawdbot'), { mode: 0o700 });
  writeFileSync(join(home, '.clawdbot', 'clawdbot.json'), JSON.stringify(config), { mode: 0o600 });
  const bin = join(import.meta.dirname, '..', 'bin', 'clawdbot.js');
  const command: Command = {
    command: process.execPath,
    args: [bin, 'gateway', 'run'],
    env: { PATH: process.env['PATH'], HOME: home },
  };
  return { home, port, command, remove: () => rmSync(home, { recursive: true }) };
}

/** A fixture of this folder on a free port. */
export async function bareCommand(name: string): Promise<{ command: Command; port: number }> {
  const port = await freePort();
  const file = join(import.meta.dirname, 'fixtures', name);
  return { command: { command: process.execPath, args: [file, String(port)] }, port };
}

/** Starts a process and waits until its port takes connections. */
export async function startListening({ command, args, env }: Command, port: number): Promise<ChildProcess> {
  const child = spawn(command, args, { stdio: 'ignore', env: env ?? process.env });
  const { connect } = await import('node:net');
  for (;;) {
    const isOpen = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.destroy();
        resolve(true);
      });
      socket.on('error', () => resolve(false));
    });
    if (isOpen) return child;
    if (child.exitCode !== null)
      throw new Error(`cannot measure ${args.join(' ')}: it ended with ${child.exitCode}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

export async function endProcess(child: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await ended;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
