import { OpsError } from '../state/index.ts';
import { CHECKS } from './checks/registry.ts';
import type { Severity } from './engine/check.ts';

/** The chapter of the manual for one check, made from the check itself. */
export type Chapter = {
  id: string;
  title: string;
  severity: Severity;
  why: string;
  manual: string;
  /** Checks that hide this one while they have a problem. */
  causes: readonly string[];
  /** What `doctor --fix` risks; undefined when it can do nothing. */
  fixRisk: string | undefined;
};

/** Every chapter, in the order of the registry. */
export function listChapters(): readonly Chapter[] {
  return CHECKS.map(({ id, title, severity, why, manual, dependsOn, fixRisk }) => ({
    id,
    title,
    severity,
    why,
    manual,
    causes: dependsOn,
    fixRisk,
  }));
}

/** One chapter. @throws `usage` for an id that no check has */
export function explainCheck(id: string): Chapter {
  const chapter = listChapters().find((candidate) => candidate.id === id);
  if (chapter !== undefined) return chapter;
  throw new OpsError('usage', `cannot explain ${JSON.stringify(id)}: there is no check of that name`, {
    remedies: [{ kind: 'run', command: ['clawdbot', 'doctor', '--list'] }],
  });
}
