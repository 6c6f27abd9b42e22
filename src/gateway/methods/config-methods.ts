import { holdsScope, invalidRequest } from '../../protocol/index.ts';
import type { ConfigWrite, LoadedConfig } from '../../state/index.ts';
import { requesterOf } from '../nodes/requester.ts';
import type { Call, Methods } from './method.ts';

/** Debounce of the config watch: what `restart.delayMs` tells clients to expect at least. */
const RESTART_DELAY_MS = 300;

/**
 * The config file over the wire (gateway-protocol §15 "Config and logs"). Admins get it as it is; readers of protocol 4,
 * whose command line looks at a few settings, get it without anything that could be a secret.
 */
export const configMethods: Methods<
  'config.get' | 'config.set' | 'config.patch' | 'config.apply' | 'config.schema'
> = {
  'config.get': async ({ core, connection }) => {
    const { peer } = connection;
    const isAdmin = holdsScope(peer.scopes, 'operator.admin');
    if (!isAdmin && peer.protocol === 3) throw invalidRequest('missing scope: operator.admin');
    const { loadConfig } = await import('../../state/index.ts');
    const loaded = loadConfig(core.paths);
    return {
      path: loaded.path,
      exists: loaded.exists,
      raw: loaded.exists && isAdmin ? loaded.raw : null,
      parsed: isAdmin ? loaded.parsed : withoutSecrets(loaded.parsed),
      valid: loaded.valid,
      config: isAdmin ? loaded.config : withoutSecrets(loaded.config),
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

/** Everything under a key that sounds like a secret is replaced, whatever it is; the text of the file is not given at all. */
function withoutSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      /token|password|secret|key|credential|auth$|env$/i.test(key) && inner !== null
        ? '(hidden)'
        : withoutSecrets(inner),
    ]),
  );
}

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
