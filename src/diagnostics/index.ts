/** The doctor: facts, checks, findings. */
export { type DiagnoseOptions, diagnose } from './diagnose.ts';
export { stepText } from './engine/fix-step.ts';
export { type Chapter, explainCheck, listChapters } from './explain.ts';
export { STEPS, type StepResult } from './outside/step.ts';
export { readTarget, type Target, type Visitor } from './outside/target.ts';
export { walkInwards } from './outside/walk.ts';
export { concernsReadiness, diagnoseReadiness, READINESS_CHECKS } from './readiness.ts';
export {
  type DoneStep,
  keepOwner,
  type PlannedRepair,
  planRepairs,
  repair,
  undoRepairs,
} from './repair/repair.ts';
export type { Finding, Report, Subject } from './report.ts';
export { describeService } from './service-view.ts';
