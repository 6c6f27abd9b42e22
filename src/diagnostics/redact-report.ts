import type { Redactor } from '../state/index.ts';
import type { Report } from './report.ts';

/** The same report with every text passed through the redactor. */
export function redactReport(report: Report, redactor: Redactor): Report {
  // The shape stays: only texts are replaced by texts.
  return redactValue(report, redactor) as Report;
}

function redactValue(value: unknown, redactor: Redactor): unknown {
  if (typeof value === 'string') return redactor.redact(value);
  if (Array.isArray(value)) return value.map((item) => redactValue(item, redactor));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, redactValue(item, redactor)]));
}
