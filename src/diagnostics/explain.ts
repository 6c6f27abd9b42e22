import type { DoctorChapter } from '../protocol/index.ts';
import { OpsError } from '../state/index.ts';
import { CHECKS } from './checks/registry.ts';

/** The chapter of the manual for one check, made from the check itself. */
export type Chapter = DoctorChapter;

/** Every chapter, in the order of the registry. */
export function listChapters(): readonly Chapter[] {
  return CHECKS.map(({ id, title, severity, level, when, why, manual, dependsOn, fixRisk, fixClass }) => ({
    id,
    title,
    severity,
    level,
    ...(when === undefined ? {} : { when }),
    why,
    manual,
    causes: dependsOn,
    ...(fixRisk === undefined ? {} : { fixRisk }),
    ...(fixClass === undefined ? {} : { fixClass }),
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
