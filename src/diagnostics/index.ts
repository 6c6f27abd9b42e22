/** The doctor: facts, checks, findings. */
export { type DiagnoseOptions, diagnose } from './diagnose.ts';
export { type Chapter, explainCheck, listChapters } from './explain.ts';
export type { Finding, Report, Subject } from './report.ts';
