import {
  approvalBinding,
  decide,
  type EffectiveSettings,
  type ExecDecision,
  type HostFacts,
  type LoadedPolicy,
  loadPolicyFile,
  parseExecRequest,
  realFileFacts,
  type SettingsBase,
  settingsOf,
} from '../../approvals/index.ts';
import type { SystemRunParams } from '../../protocol/index.ts';

/** What a decision depends on besides the request. */
export type PolicyContext = {
  /** Path of `exec-approvals.json`; read for every run, so that a change applies at once. */
  policyPath: string;
  /** Where `tools.exec` was read, for people. */
  configPath: string;
  /** `tools.exec` of this machine's configuration. */
  base: SettingsBase;
  host: HostFacts;
  /** A policy nobody saved yet, for an explanation only; a run never has one. */
  draft?: LoadedPolicy;
};

export type DecidedRun = { policy: LoadedPolicy; settings: EffectiveSettings; decision: ExecDecision };

/** The one decision behind `system.run` and `system.execApprovals.explain`. */
export function decideRun(params: SystemRunParams, context: PolicyContext): DecidedRun {
  const policy = context.draft ?? loadPolicyFile(context.policyPath);
  const settings = settingsOf(policy, { agentId: params.agentId ?? undefined, base: context.base });
  const decision = decide(params, settings, { files: realFileFacts, host: context.host });
  return { policy, settings, decision };
}

/**
 * Digest of everything an approval of this run is about: words, directory, environment, files, policy. The gateway
 * gets it when it asks a person and gives it back with the answer; undefined when there is nothing to start.
 */
export function bindingOf(params: SystemRunParams, { policy, decision }: DecidedRun): string | undefined {
  const parsed = parseExecRequest(params);
  if (decision.plan === undefined || parsed.kind === 'malformed') return undefined;
  const { request } = parsed;
  return approvalBinding({ request, nodeId: undefined, policyHash: policy.hash, plan: decision.plan });
}
