import { type PolicyFile, parsePolicyValue } from '../../approvals/index.ts';
import { OpsError } from '../../state/index.ts';

/** A policy that came from outside, checked. @throws `approvals/damaged` with the first thing wrong */
export function readPolicy(file: unknown, intention: string): PolicyFile {
  const parsed = parsePolicyValue(file);
  if (parsed.kind !== 'invalid') return parsed.file;
  throw new OpsError('approvals/damaged', `cannot ${intention}: ${parsed.reason}`);
}
