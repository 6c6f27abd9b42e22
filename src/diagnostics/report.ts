import type { DoctorFinding, DoctorReport } from '../protocol/index.ts';

/** One thing somebody should know. */
export type Finding = DoctorFinding;

/** The answer of the doctor. */
export type Report = DoctorReport;

/** Whom the report is about. */
export type Subject = DoctorReport['subject'];
