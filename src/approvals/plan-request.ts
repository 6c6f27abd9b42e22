import type { DecisionCode, ProgramFinding } from './decision.ts';
import type { EffectiveSettings } from './effective-settings.ts';
import type { ExecRequest } from './exec-request.ts';
import type { FileFacts } from './file-facts.ts';
import type { HostFacts } from './host-facts.ts';
import { matchesPath } from './path-pattern.ts';
import { newPins } from './pin-files.ts';
import type { StartPlan } from './plan.ts';
import { resolveProgram } from './resolve-program.ts';

/** The directory a request starts in, followed to its end. */
export type UsableDirectory = {
  kind: 'usable';
  path: string;
  dev: string;
  ino: string;
  looseness: string | undefined;
};

export type PlanContext = {
  settings: EffectiveSettings;
  facts: { files: FileFacts; host: HostFacts };
  cwd: UsableDirectory;
};

export type PlannedRequest =
  | {
      kind: 'planned';
      covered: boolean;
      reason: string;
      programs: readonly ProgramFinding[];
      plan?: StartPlan;
    }
  | { kind: 'impossible'; code: DecisionCode; reason: string };

/** Finds every program of a request, whether each is covered, and what would have to be started. */
export function planRequest(request: ExecRequest, context: PlanContext): PlannedRequest {
  const { settings, facts, cwd } = context;
  const [name = '', ...args] = request.command;
  if (request.rawCommand !== undefined) {
    return { kind: 'impossible', code: 'text-mismatch', reason: 'text is not supported' };
  }
  const found = resolveProgram(name, { cwd: cwd.path, ...facts });
  if (found.kind === 'missing') return { kind: 'impossible', code: 'not-found', reason: found.reason };
  const pins = newPins(facts.files, facts.host, cwd.path);
  const program = found.program;
  const pinned = pins.program(program);
  if (pinned.kind === 'unusable') return { kind: 'impossible', code: 'not-found', reason: pinned.reason };
  const rule = settings.rules.find(
    (entry) => entry.args === undefined && matchesPath(entry.pattern, program.real, facts.host.home),
  );
  const known = /^(sh|dash|bash|env|xargs|find|busybox|python.*|perl|node|git)$/.test(
    program.real.replace(/.*\//, ''),
  );
  const covered =
    rule !== undefined && program.looseness === undefined && !known && cwd.looseness === undefined;
  const why = program.looseness ?? (covered ? 'an entry covers it' : 'no entry covers it');
  return {
    kind: 'planned',
    covered,
    reason: why,
    programs: [
      {
        words: request.command,
        path: program.real,
        covered,
        why,
        ...(covered ? { rule: `${rule.scope}: ${rule.pattern}` } : {}),
      },
    ],
    plan: {
      executable: pinned.executable,
      argv: pinned.script ? [pinned.name, ...pinned.words.slice(1), ...args] : [name, ...args],
      cwd: { path: cwd.path, dev: cwd.dev, ino: cwd.ino },
      environment: { ...facts.host.environment, ...request.env },
      files: pins.files,
    },
  };
}
