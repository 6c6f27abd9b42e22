import { type OpsCode, OpsError, type RefusalReason, type WriteRefusal } from '../../state/index.ts';

const CODES: Readonly<Record<RefusalReason, OpsCode>> = {
  'base-hash-required': 'config/changed',
  changed: 'config/changed',
  syntax: 'config/invalid',
  invalid: 'config/invalid',
  'unknown-key': 'config/unknown-key',
  'not-found': 'config/path',
  'not-an-object': 'usage',
  loss: 'config/invalid',
  mask: 'config/invalid',
};

/** A refused config write as the error of a command. The file is as it was. */
export function refusedWrite(
  intention: string,
  { reason, message, issues, remedies }: WriteRefusal,
): OpsError {
  const told = new Set(issues.flatMap((issue) => (message.includes(issue.message) ? [issue] : [])));
  return new OpsError(CODES[reason], `cannot ${intention}: ${message}`, {
    evidence: Object.fromEntries(
      issues.filter((issue) => !told.has(issue)).map(({ path, message: why }) => [path || 'file', why]),
    ),
    remedies: [...remedies, ...issues.flatMap((issue) => issue.remedies ?? [])],
  });
}
