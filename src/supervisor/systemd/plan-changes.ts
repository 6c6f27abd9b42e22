import { diffLines } from './diff-lines.ts';
import { mergeUnit, type UnitMerge } from './merge-unit.ts';
import { NOTICE } from './service-units.ts';

/** What an install does to one file. */
export type FileChange = {
  path: string;
  /** `foreign`: the file is there, but was not written by us; it is replaced only on demand. */
  change: 'create' | 'update' | 'unchanged' | 'foreign';
  /** What the file will hold. */
  text: string;
  /** What was generated, before hand edits were merged in; to be remembered. */
  generated: string;
  /** What the file holds now. */
  present: string | undefined;
  /** Exact, as lines with `-`, `+` or a blank in front. Secrets of a foreign unit are masked. */
  diff: string;
} & Pick<UnitMerge, 'kept' | 'conflicts'>;

/** Decides what a file will hold: the generated text, with the hand edits since the last generation. Pure. */
export function planChange(file: {
  path: string;
  generated: string;
  /** What the last install generated. */
  remembered: string | undefined;
  present: string | undefined;
}): FileChange {
  const { path, generated, present, remembered } = file;
  if (present === undefined) {
    return {
      path,
      change: 'create',
      text: generated,
      generated,
      present,
      diff: diffLines('', generated),
      kept: [],
      conflicts: [],
    };
  }
  const isOurs = remembered !== undefined || present.includes(NOTICE);
  // Ours, but from a time that is forgotten: nothing tells edits from an older template, so all of it counts as edited
  // by nobody.
  const merge =
    remembered === undefined
      ? { text: generated, kept: [], conflicts: [] }
      : mergeUnit({ base: remembered, mine: present, theirs: generated });
  return {
    path,
    change: !isOurs ? 'foreign' : merge.text === present ? 'unchanged' : 'update',
    generated,
    present,
    diff: diffLines(maskSecrets(present), maskSecrets(merge.text)),
    ...merge,
  };
}

const SECRET_NAME = '[A-Za-z0-9_]*(?:TOKEN|PASSWORD|SECRET|API_?KEY|CREDENTIAL)[A-Za-z0-9_]*=';
const QUOTED_SECRET = new RegExp(`(["'])(${SECRET_NAME})(?:\\\\.|(?!\\1)[^\\n])*\\1`, 'gi');
const PLAIN_SECRET = new RegExp(
  `(${SECRET_NAME})(?!\\(hidden\\))(?:"[^"\\n]*"|'[^'\\n]*'|[^\\s"'\\n]+)`,
  'gi',
);
const SECRET_OPTION = /(--(?:token|password)(?:=|"? +"?))[^\s"]+/gi;

/** Hides values that look like credentials, in variables and options; units of other programs carry them (F-99). Pure. */
export function maskSecrets(unit: string): string {
  return unit
    .replace(QUOTED_SECRET, '$1$2(hidden)$1')
    .replace(PLAIN_SECRET, '$1(hidden)')
    .replace(SECRET_OPTION, '$1(hidden)');
}
