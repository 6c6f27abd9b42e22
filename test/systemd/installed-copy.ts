import assert from 'node:assert/strict';
import { cpSync, existsSync, lstatSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Host } from './host.ts';

/** A built package: this tree, or the one named (to test what was published, or beside a tree in motion). */
const root = process.env['CLAWDBOT_TEST_PACKAGE'] ?? join(import.meta.dirname, '../..');

/** Where the package lies inside a host, as `npm install --global` would leave it. */
export const PACKAGE = '/opt/clawdbot';
export const COMMAND = '/usr/local/bin/clawdbot';
/** The token of every test gateway. */
export const TOKEN = 'a1'.repeat(24);

/** Puts the built package and Node 24 into a host, for all its accounts. */
export function installCopy(host: Host, place = PACKAGE): void {
  if (!existsSync(join(root, 'dist/cli.js')))
    throw new Error('cannot install a copy: run node scripts/build.js first');
  mkdirSync(host.path(place), { recursive: true });
  for (const part of ['bin', 'dist', 'units', 'package.json']) {
    cpSync(join(root, part), host.path(join(place, part)), { recursive: true });
  }
  if (!existsSync(host.path('/usr/local/bin/node')))
    cpSync(process.execPath, host.path('/usr/local/bin/node'));
  // The link leads to a path inside, so only its own existence can be asked for from outside.
  const link = lstatSync(host.path(COMMAND), { throwIfNoEntry: false });
  if (link === undefined) symlinkSync(`${place}/bin/clawdbot.js`, host.path(COMMAND));
}

/** Gives alice a gateway config with a token, 0600. */
export async function configureGateway(host: Host, changes: Record<string, unknown> = {}): Promise<void> {
  const gateway = { mode: 'local', auth: { mode: 'token', token: TOKEN }, ...changes };
  await host.alice(['mkdir', '-p', '-m', '700', '/home/alice/.clawdbot']);
  writeFileSync(host.path('/home/alice/.clawdbot/clawdbot.json'), JSON.stringify({ gateway }), {
    mode: 0o600,
  });
  await host.root(['chown', 'alice:', '/home/alice/.clawdbot/clawdbot.json']);
}

/** Installs alice's gateway service and gives what was printed. */
export async function installGateway(host: Host, ...options: string[]): Promise<string> {
  const ran = await host.alice(['clawdbot', 'gateway', 'install', ...options]);
  assert.equal(ran.status, 0, ran.stderr);
  return ran.stdout;
}

/** One property of a unit, as systemd has it. */
export async function property(
  host: Host,
  unit: string,
  name: string,
  user: 'alice' | 'root' = 'alice',
): Promise<string> {
  const scope = user === 'alice' ? ['--user'] : [];
  const { stdout } = await host[user](['systemctl', ...scope, 'show', unit, '--value', '-p', name]);
  return stdout.trim();
}

/** The journal of a unit of alice, text only. */
export async function journal(host: Host, unit: string): Promise<string> {
  return (await host.alice(['journalctl', `--user-unit=${unit}`, '--no-pager', '-o', 'cat'])).stdout;
}
