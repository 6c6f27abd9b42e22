import { OpsError } from '../../state/index.ts';
import type { Options } from './command-spec.ts';
import { textOption } from './option-values.ts';

/** The text of an option that has no default. @throws `usage` when it was not given */
export function neededText(options: Options, name: string, intention: string): string {
  const value = textOption(options, name);
  if (value !== undefined && value !== '') return value;
  const flag = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  throw new OpsError('usage', `cannot ${intention}: ${flag} is missing`);
}
