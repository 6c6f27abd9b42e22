import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { type GatewayOptions, type RunningGateway, startGateway } from '../../../src/gateway/index.ts';
import {
  loadConfig,
  resolveGatewaySettings,
  resolvePaths,
  type StatePaths,
} from '../../../src/state/index.ts';
import { cleanUp } from '../../clean-up.ts';

export const TOKEN = 'test-token-0123456789';

/** A state directory with a config, removed after the test. */
export function makeState(context: TestContext, gateway: object = {}): StatePaths {
  const home = mkdtempSync(join(tmpdir(), 'clawdbot-gateway-'));
  cleanUp(context, () => rmSync(home, { recursive: true, force: true }));
  const paths = resolvePaths({ HOME: home, CLAWDBOT_STATE_DIR: join(home, 'state') });
  const config = { gateway: { mode: 'local', auth: { mode: 'token', token: TOKEN }, ...gateway } };
  writeState(paths, config);
  return paths;
}

export function writeState(paths: StatePaths, config: object): void {
  rmSync(paths.config, { force: true });
  mkdirPrivate(paths.stateDir);
  writeFileSync(paths.config, JSON.stringify(config), { mode: 0o600 });
}

/** A gateway on a free port of 127.0.0.1, stopped after the test. */
export async function startTestGateway(
  context: TestContext,
  options: Partial<GatewayOptions> & { gateway?: object } = {},
): Promise<RunningGateway> {
  const paths = options.paths ?? makeState(context, options.gateway);
  const loaded = loadConfig(paths, {});
  const settings = resolveGatewaySettings(loaded, {});
  const gateway = await startGateway({
    version: 'test',
    config: loaded.config,
    ...options,
    paths,
    settings: { ...settings, port: 0, addresses: [{ host: '127.0.0.1', optional: false }] },
  });
  cleanUp(context, () => gateway.stop({ reason: 'gateway stopping', graceMs: 0 }));
  return gateway;
}

function mkdirPrivate(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o700 });
}
