import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { type DiagnoseOptions, diagnose, type Report } from '../../src/diagnostics/index.ts';
import { resolvePaths, type StatePaths } from '../../src/state/index.ts';
import { cleanUp } from '../clean-up.ts';
import { type Running, start } from '../cli/driver.ts';
import { freePort } from '../free-port.ts';
import { PATIENCE_MS } from '../patience.ts';

/** An installation in a home of its own. */
export type Setup = {
  t: TestContext;
  home: string;
  port: number;
  paths: StatePaths;
  env: Record<string, string>;
  /** The gateway, when the base is `serving`. */
  gateway: Running | undefined;
  /** Rewrites the config; a function changes the present one. */
  configure: (change: (config: Config) => unknown) => void;
  writeUnit: (name: string, lines: readonly string[]) => string;
  /** Starts something in place of the gateway; ended with the test. */
  clawdbot: (...args: readonly string[]) => Running;
};

/** What a maker changes about the way the doctor is asked. */
export type Broken = Partial<DiagnoseOptions>;

// biome-ignore lint/suspicious/noExplicitAny: makers write wrong values on purpose
type Config = any;

export const TOKEN = 'maker-token-0123456789abcdef';

/** A healthy setup: config, private modes, and a gateway unless `stopped`. It does not follow its config: makers edit that. */
export async function healthySetup(t: TestContext, base: 'serving' | 'stopped'): Promise<Setup> {
  const home = mkdtempSync(join(tmpdir(), 'clawdbot-doctor-'));
  cleanUp(t, () => rmSync(home, { recursive: true, force: true, maxRetries: 5 }));
  const port = await freePort();
  const env = { HOME: home, PATH: '/usr/local/bin:/usr/bin:/bin', LANG: 'C.UTF-8' };
  const paths = resolvePaths(env);
  mkdirSync(paths.stateDir, { mode: 0o700 });
  const config = {
    gateway: { mode: 'local', port, auth: { mode: 'token', token: TOKEN }, reload: { mode: 'off' } },
  };
  writeFileSync(paths.config, JSON.stringify(config, null, 2), { mode: 0o600 });
  const clawdbot = (...args: readonly string[]): Running => start(t, args, { home });
  const gateway = base === 'serving' ? clawdbot('gateway', 'run') : undefined;
  if (gateway !== undefined) await answers(port, gateway);
  return {
    t,
    home,
    port,
    paths,
    env,
    gateway,
    clawdbot,
    configure: (change) => {
      const present = JSON.parse(readFileSync(paths.config, 'utf8'));
      writeFileSync(paths.config, JSON.stringify(change(present) ?? present, null, 2), { mode: 0o600 });
    },
    writeUnit: (name, lines) => {
      const directory = join(home, '.config/systemd/user');
      mkdirSync(directory, { recursive: true });
      writeFileSync(join(directory, name), `${lines.join('\n')}\n`);
      chmodSync(join(directory, name), 0o600);
      return join(directory, name);
    },
  };
}

/** Where no tailscaled listens. */
const NO_SOCKET = '/nonexistent/tailscaled.sock';

/** How the doctor is asked about a setup. */
export function optionsOf(setup: Setup, broken: Broken = {}): DiagnoseOptions {
  // The helpers of this machine are not part of the setup.
  return { env: setup.env, paths: setup.paths, helperDirectories: [], tailscaleSocket: NO_SOCKET, ...broken };
}

/** What the doctor says about a setup. */
export function examine(setup: Setup, broken: Broken = {}): Promise<Report> {
  return inTime(() => diagnose(optionsOf(setup, broken)));
}

/**
 * A report without late answers, if one can be had: on a machine with too much to do a fact, or a program that is asked
 * for one, misses its deadline, which says nothing about the setup. A published gateway may be busy with its start for long.
 */
export async function inTime(look: () => Promise<Report>): Promise<Report> {
  const startsAnsweringBy = performance.now() + PATIENCE_MS;
  for (let tries = 1; ; tries += 1) {
    const report = await look();
    const isStarting = report.findings.some(({ text }) => text.includes('does not answer yet'));
    // A process that was stopped is silent whenever it is asked.
    const isLate = report.findings.some(
      ({ id, text }) =>
        id === 'doctor/fact-late' || (/no answer (.* )?within/.test(text) && !/by a signal/.test(text)),
    );
    if (isStarting ? performance.now() > startsAnsweringBy : !isLate || tries >= 6) return report;
  }
}

/** Ids of what the doctor calls a problem. */
export function rootIds(report: Report): string[] {
  return report.findings.filter(({ outcome }) => outcome === 'problem').map(({ id }) => id);
}

/** Waits until a condition holds. */
export async function until(what: string, holds: () => Promise<boolean> | boolean): Promise<void> {
  const giveUpAt = performance.now() + PATIENCE_MS;
  while (!(await holds())) {
    if (performance.now() > giveUpAt) throw new Error(`cannot wait any longer for ${what}`);
    await delay(20);
  }
}

async function answers(port: number, gateway: Running): Promise<void> {
  await until('the gateway to answer', () => {
    if (gateway.child.exitCode !== null) throw new Error(`the gateway ended: ${gateway.output.stderr}`);
    return gatewayAnswers(port);
  });
}

/** Whether a gateway on this port says that it is ready. */
export async function gatewayAnswers(port: number, scheme: 'http' | 'https' = 'http'): Promise<boolean> {
  const { get } = scheme === 'http' ? await import('node:http') : await import('node:https');
  return new Promise((resolve) => {
    const options = { host: '127.0.0.1', port, path: '/readyz', rejectUnauthorized: false, timeout: 2_000 };
    get(options, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    }).on('error', () => resolve(false));
  });
}
