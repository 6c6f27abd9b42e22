import type { DecisionCode, ExecDecision, ProgramFinding } from './decision.ts';
import { visibleText } from './display.ts';
import type { EffectiveSettings } from './effective-settings.ts';
import { checkEnvironment } from './environment.ts';
import { type ExecRequest, parseExecRequest } from './exec-request.ts';
import { type FileFacts, rememberFacts } from './file-facts.ts';
import type { HostFacts } from './host-facts.ts';
import type { StartPlan } from './plan.ts';
import { planRequest, type UsableDirectory } from './plan-request.ts';
import { resolvePath } from './resolve-path.ts';

/** Where the facts come from. */
export type DecisionFacts = { files: FileFacts; host: HostFacts };

/**
 * May this request run? One answer for node, gateway and `explain`. Reads facts, changes nothing.
 * Whatever is not understood counts as not covered; whatever is malformed is denied without asking anybody.
 */
export function decide(
  input: unknown,
  settings: EffectiveSettings,
  { files, host }: DecisionFacts,
): ExecDecision {
  const facts = { files: rememberFacts(files), host };
  if (settings.damaged !== undefined) return denied('policy-damaged', settings.damaged);
  if (host.platform !== 'linux' && host.platform !== 'darwin') {
    return denied('unsupported-platform', `commands are not decided on ${host.platform}`);
  }
  const parsed = parseExecRequest(input, host.shell);
  if (parsed.kind === 'malformed') return denied('malformed', parsed.reason);
  const { request } = parsed;
  if (settings.security === 'deny')
    return denied('security-deny', `security is deny (${settings.origin.security})`);
  const environment = checkEnvironment(request.env);
  if (environment.kind === 'refused') return denied('environment', environment.reason);
  const cwd = usableDirectory(request, facts);
  if (cwd.kind === 'refused') return denied('directory', cwd.reason);
  const planned = planRequest(request, { settings, facts, cwd });
  if (planned.kind === 'impossible') return denied(planned.code, planned.reason);
  return environment.kind === 'asked'
    ? judgeEnvironment(settings, planned, environment.reason)
    : judge(settings, planned);
}

/**
 * A run with variables that only a person can agree to: no entry covers it and no setting lets it pass. With `ask: off`
 * there is nobody to agree.
 */
function judgeEnvironment(
  settings: EffectiveSettings,
  planned: Parameters<typeof judge>[1],
  reason: string,
): ExecDecision {
  const { programs, plan } = planned;
  if (plan === undefined) return judge(settings, planned);
  const decision = settings.ask === 'off' ? 'deny' : 'ask';
  const why = planned.covered ? reason : `${reason}; ${planned.reason}`;
  return { decision, code: 'environment', reason: visibleText(why), programs, plan };
}

/** The order of exec-approvals.md section 3, without its "approved" column: an approval is a record, not a flag. */
function judge(
  settings: EffectiveSettings,
  planned: { covered: boolean; reason: string; programs: readonly ProgramFinding[]; plan?: StartPlan },
): ExecDecision {
  const { programs, plan } = planned;
  const rules = [...new Set(programs.flatMap(({ rule }) => (rule === undefined ? [] : [rule])))].join('; ');
  const answer = (decision: ExecDecision['decision'], code: DecisionCode, reason: string): ExecDecision => ({
    decision,
    code,
    reason: visibleText(reason),
    programs,
    ...(planned.covered && rules !== '' ? { rule: rules } : {}),
    ...(plan === undefined ? {} : { plan }),
  });
  if (plan === undefined) return answer('deny', 'not-found', planned.reason);
  if (settings.ask === 'always') return answer('ask', 'ask-always', `ask is always (${settings.origin.ask})`);
  if (settings.security === 'full')
    return answer('allow', 'full', `security is full (${settings.origin.security})`);
  if (planned.covered) return answer('allow', 'covered', planned.reason);
  return settings.ask === 'on-miss'
    ? answer('ask', 'miss', planned.reason)
    : answer('deny', 'miss', planned.reason);
}

/**
 * The same question when nobody can be asked: `askFallback` takes the place of the answer. `full` adds nothing to an
 * allowlist, it only keeps `full` security from waiting for somebody.
 */
export function decideUnattended(asked: ExecDecision, settings: EffectiveSettings): ExecDecision {
  if (asked.decision !== 'ask') return asked;
  if (asked.code === 'environment')
    return { ...asked, decision: 'deny', reason: `nobody is there to be asked; ${asked.reason}` };
  const covered = asked.programs.length > 0 && asked.programs.every((program) => program.covered);
  const allowed =
    (settings.askFallback === 'full' && settings.security === 'full') ||
    (settings.askFallback !== 'deny' && covered);
  if (allowed)
    return { ...asked, decision: 'allow', code: settings.security === 'full' ? 'full' : 'covered' };
  return { ...asked, decision: 'deny', reason: `nobody is there to be asked; ${asked.reason}` };
}

function usableDirectory(
  request: ExecRequest,
  { files, host }: DecisionFacts,
): UsableDirectory | { kind: 'refused'; reason: string } {
  const asked = request.cwd ?? host.cwd;
  if (!asked.startsWith('/')) return { kind: 'refused', reason: 'the directory is not an absolute path' };
  const found = resolvePath(asked, files, host);
  if (found === undefined) return { kind: 'refused', reason: `the directory ${asked} does not exist` };
  if (found.fact.kind !== 'directory') return { kind: 'refused', reason: `${asked} is not a directory` };
  const { dev, ino } = found.fact;
  return { kind: 'usable', path: found.real, calledAs: asked, dev, ino, looseness: found.looseness };
}

function denied(code: DecisionCode, reason: string): ExecDecision {
  return { decision: 'deny', code, reason: visibleText(reason), programs: [] };
}
