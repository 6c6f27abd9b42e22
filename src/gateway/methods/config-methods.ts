import { invalidRequest } from '../../protocol/index.ts';
import type { ConfigWrite, LoadedConfig } from '../../state/index.ts';
import { requesterOf } from '../nodes/requester.ts';
import type { Call, Methods } from './method.ts';

/** Debounce of the config watch: what `restart.delayMs` tells clients to expect at least. */
const RESTART_DELAY_MS = 300;

/** The config file over the wire (gateway-protocol §15 "Config and logs"). Only admins: secrets are not removed. */
export const configMethods: Methods<
  'config.get' | 'config.set' | 'config.patch' | 'config.apply' | 'config.schema'
> = {
  'config.get': async ({ core }) => {
    const { loadConfig } = await import('../../state/index.ts');
    const loaded = loadConfig(core.paths);
    return {
      path: loaded.path,
      exists: loaded.exists,
      raw: loaded.exists ? loaded.raw : null,
      parsed: loaded.parsed,
      valid: loaded.valid,
      config: loaded.config,
      hash: loaded.hash,
      issues: loaded.issues.map(({ path, message }) => ({ path, message })),
      warnings: loaded.warnings,
      legacyIssues: [],
    };
  },

  'config.set': async (call, { raw, baseHash }) => {
    const { replaceConfigText } = await import('../../state/index.ts');
    const outcome = replaceConfigText(call.core.paths, raw, baseHash === undefined ? {} : { baseHash });
    const loaded = accept(call, 'config.set', outcome);
    return { ok: true, path: loaded.path, config: loaded.parsed };
  },

  'config.patch': async (call, { raw, baseHash }) => {
    const { mergePatchConfig } = await import('../../state/index.ts');
    const outcome = mergePatchConfig(call.core.paths, raw, baseHash === undefined ? {} : { baseHash });
    return withRestart(call, 'config.patch', accept(call, 'config.patch', outcome));
  },

  'config.apply': async (call, { raw, baseHash }) => {
    const { replaceConfigText } = await import('../../state/index.ts');
    const outcome = replaceConfigText(call.core.paths, raw, baseHash === undefined ? {} : { baseHash });
    return withRestart(call, 'config.apply', accept(call, 'config.apply', outcome));
  },

  'config.schema': async ({ core }) => {
    const { configSchema } = await import('../../state/index.ts');
    return {
      ...configSchema(),
      version: core.version,
      generatedAt: new Date(core.now()).toISOString(),
    };
  },
};

/** @throws {RequestError} the refusal in the reference's words, each problem in `details.issues` */
function accept({ core, connection }: Call, action: string, outcome: ConfigWrite): LoadedConfig {
  if (outcome.kind === 'refused') {
    const issues = outcome.issues.map(({ path, message }) => ({ path, message }));
    throw invalidRequest(outcome.message, issues.length === 0 ? undefined : { issues });
  }
  if (outcome.changed) core.audit({ actor: requesterOf(connection), action, subject: outcome.loaded.path });
  return outcome.loaded;
}

/**
 * Whether and when a restart follows is decided by the config watch, from what changed, for editors and for us alike;
 * `ok` says whether one may follow.
 */
function withRestart({ core }: Call, reason: string, loaded: LoadedConfig): object {
  const { mode } = loaded.config.gateway.reload;
  return {
    ok: true,
    path: loaded.path,
    config: loaded.parsed,
    restart: {
      ok: core.watchesConfig && (mode === 'hybrid' || mode === 'restart'),
      pid: process.pid,
      delayMs: RESTART_DELAY_MS,
      reason,
      mode: 'watch',
    },
  };
}
