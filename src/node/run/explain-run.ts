import { statSync } from 'node:fs';
import { hostname } from 'node:os';
import { decideUnattended } from '../../approvals/index.ts';
import type { ExplainedRun, PolicyLayer, SystemRunParams } from '../../protocol/index.ts';
import { bindingOf, type DecidedRun, decideRun, type PolicyContext } from './decide-run.ts';

/** What would be decided about a run, and every layer the decision came from. Runs nothing and changes nothing. */
export function explainRun(params: SystemRunParams, context: PolicyContext): ExplainedRun {
  const decided = decideRun(params, context);
  const { policy, settings, decision } = decided;
  const binding = bindingOf(params, decided);
  return {
    decision: decision.decision,
    code: decision.code,
    reason: decision.reason,
    ...(decision.rule === undefined ? {} : { rule: decision.rule }),
    programs: decision.programs.map(({ words, path, covered, rule, why, storableArgs }) => ({
      words,
      ...(path === undefined ? {} : { path }),
      covered,
      ...(rule === undefined ? {} : { rule }),
      why,
      storable: storableArgs !== undefined,
    })),
    security: settings.security,
    ask: settings.ask,
    askFallback: settings.askFallback,
    origin: settings.origin,
    unattended: decideUnattended(decision, settings).decision === 'allow' ? 'allow' : 'deny',
    layers: layersOf(params.agentId?.trim() || 'main', decided, context),
    policyHash: policy.hash,
    ...(binding === undefined ? {} : { binding }),
  };
}

/** The layers from the strongest to the weakest (exec-approvals §2). */
function layersOf(agent: string, { policy }: DecidedRun, context: PolicyContext): PolicyLayer[] {
  const host = hostname();
  const { policyPath, configPath, base } = context;
  const file = { host, path: policyPath, ...changedAt(policyPath) };
  const inBase = {
    name: 'configuration',
    host,
    path: configPath,
    ...changedAt(configPath),
    values: valuesOf(base),
  };
  const builtIn = { name: 'built in', host, values: { security: 'allowlist', ask: 'on-miss' }, entries: 0 };
  if (policy.kind === 'damaged') {
    return [{ name: 'file', ...file, values: { security: 'deny' }, entries: 0, damage: policy.reason }];
  }
  const { agents = {}, defaults = {} } = policy.file;
  const scopes = [...new Set([agent, '*'])].map((name) => {
    const scope = Object.hasOwn(agents, name) ? agents[name] : undefined;
    const entries = (scope?.allowlist?.length ?? 0) + (scope?.constrained?.length ?? 0);
    return { name: `agents.${name}`, ...file, values: valuesOf(scope ?? {}), entries };
  });
  return [
    ...scopes,
    { name: 'defaults', ...file, values: valuesOf(defaults), entries: 0 },
    { ...inBase, entries: base.safePrograms?.length ?? 0 },
    builtIn,
  ];
}

function valuesOf(layer: {
  security?: unknown;
  ask?: unknown;
  askFallback?: unknown;
}): Record<string, string> {
  const { security, ask, askFallback } = layer;
  return Object.fromEntries(
    Object.entries({ security, ask, askFallback }).flatMap(([key, value]) =>
      typeof value === 'string' ? [[key, value]] : [],
    ),
  );
}

/** When the file was last written; nothing when there is none. */
function changedAt(path: string): { changedAtMs?: number } {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat === undefined ? {} : { changedAtMs: Math.round(stat.mtimeMs) };
}
