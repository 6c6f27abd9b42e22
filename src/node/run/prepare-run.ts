import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import type { EffectiveSettings, ExecDecision, StartPlan } from '../../approvals/index.ts';
import { commandText, type SystemRunParams, type SystemRunPlan } from '../../protocol/index.ts';
import { bindingOf, type DecidedRun, decideRun, type PolicyContext } from './decide-run.ts';

export type Preparation =
  /** `binding`: digest of everything the plan stands for, see `bindingOf`. */
  | { kind: 'prepared'; plan: SystemRunPlan; binding: string; settings: EffectiveSettings }
  | { kind: 'refused'; message: string };

/** Files above this are not hashed a second time for the wire; the binding compares them all the same. */
const MAX_HASHED_BYTES = 64 * 1024 * 1024;

/**
 * `system.run.prepare`: what a run would start, in the form both parties can compare later (protocol-now §9.1). The
 * program is named by its path, except for shells and wrappers, which stay as they were given. Runs nothing.
 */
export function prepareRun(params: SystemRunParams, context: PolicyContext): Preparation {
  const asked = decideRun(params, context);
  const refusal = refusalOf(asked.decision);
  if (refusal !== undefined) return refusal;
  const planned = plannedForm(params, asked.decision);
  // Decided once more on the words that will really be run: the plan promises nothing that was not looked at.
  const decided = decideRun(planned, context);
  const again = refusalOf(decided.decision);
  if (again !== undefined) return again;
  const binding = bindingOf(planned, decided);
  const start = decided.decision.plan;
  if (binding === undefined || start === undefined)
    return { kind: 'refused', message: `SYSTEM_RUN_DENIED: ${decided.decision.reason}` };
  const { settings } = decided;
  return { kind: 'prepared', plan: planOf(planned, decided, start), binding, settings };
}

/** The run parameters a plan stands for; an approval of the plan is an approval of exactly these. */
export function runOfPlan(plan: SystemRunPlan, env: SystemRunParams['env']): SystemRunParams {
  return {
    command: [...plan.argv],
    ...(plan.cwd === null ? {} : { cwd: plan.cwd }),
    ...(plan.agentId === null ? {} : { agentId: plan.agentId }),
    ...(plan.sessionKey === null ? {} : { sessionKey: plan.sessionKey }),
    ...(env == null ? {} : { env }),
  };
}

/** What no approval could change is refused before anybody is asked. */
function refusalOf({ decision, code, reason, plan }: ExecDecision): Preparation | undefined {
  const isFinal = decision === 'deny' && code !== 'miss';
  return isFinal || plan === undefined
    ? { kind: 'refused', message: `SYSTEM_RUN_DENIED: ${reason}` }
    : undefined;
}

function plannedForm(params: SystemRunParams, { plan, programs }: ExecDecision): SystemRunParams {
  const { command, agentId, sessionKey, env } = params;
  const [first = '', ...args] = command;
  const start = plan?.files[plan.executable];
  // A wrapper or a shell holds other programs: what is found inside it is no other name for it.
  const isPlain = programs.length === 1 && start !== undefined && programs[0]?.words[0] === first;
  const program = isPlain && isAbsolute(start.calledAs) ? start.calledAs : first;
  return {
    command: [program, ...args],
    ...(plan === undefined ? {} : { cwd: plan.cwd.path }),
    ...(agentId == null ? {} : { agentId }),
    ...(sessionKey == null ? {} : { sessionKey }),
    ...(env == null ? {} : { env }),
  };
}

function planOf(run: SystemRunParams, { settings }: DecidedRun, start: StartPlan): SystemRunPlan {
  const { command, cwd, agentId, sessionKey } = run;
  const [, flag, inner, ...more] = command;
  const isShell = (flag === '-c' || flag === '-lc') && inner !== undefined && more.length === 0;
  const operand = fileOperand(command, start);
  return {
    argv: command,
    cwd: cwd ?? null,
    commandText: commandText(command),
    commandPreview: isShell ? inner : null,
    agentId: agentId ?? null,
    sessionKey: sessionKey ?? null,
    ...(operand === undefined ? {} : { mutableFileOperand: operand }),
    policySnapshot: policySnapshotOf(settings),
  };
}

/** The script an interpreter would run, else the program itself: the one file the wire form of a plan has room for. */
function fileOperand(
  command: readonly string[],
  { files, cwd, executable }: StartPlan,
): NonNullable<SystemRunPlan['mutableFileOperand']> | undefined {
  const paths = files.map(({ path, calledAs }, index) => ({ path, calledAs, index }));
  const candidates = paths.flatMap(({ path, calledAs, index }) => {
    const argvIndex = command.findIndex((word, at) =>
      at === 0 ? word === calledAs : resolve(cwd.path, word) === calledAs,
    );
    return argvIndex < 0 ? [] : [{ path, argvIndex, isProgram: index === executable }];
  });
  const chosen = candidates.find(({ isProgram, argvIndex }) => !isProgram && argvIndex > 0) ?? candidates[0];
  if (chosen === undefined) return undefined;
  const sha256 = digestOf(chosen.path, files.find(({ path }) => path === chosen.path)?.size ?? 0);
  return sha256 === undefined ? undefined : { argvIndex: chosen.argvIndex, path: chosen.path, sha256 };
}

function digestOf(path: string, sizeBytes: number): string | undefined {
  if (sizeBytes > MAX_HASHED_BYTES) return undefined;
  try {
    return createHash('sha256').update(readFileSync(path)).digest('hex');
  } catch {
    return undefined; // executable but not readable: its identity is in the binding
  }
}

/** The policy in the words of protocol 4. Rules with fixed arguments carry a digest of them where 4 has its pattern. */
function policySnapshotOf(settings: EffectiveSettings): NonNullable<SystemRunPlan['policySnapshot']> {
  const { security, ask, askFallback, autoAllowSkills, rules } = settings;
  return {
    security,
    ask,
    askFallback,
    autoAllowSkills,
    allowlistRules: rules.map(({ pattern, args, argPattern }) => ({
      pattern,
      ...(argPattern === undefined ? {} : { argPattern }),
      ...(args === undefined
        ? {}
        : { argPattern: `args:${createHash('sha256').update(JSON.stringify(args)).digest('hex')}` }),
    })),
  };
}
